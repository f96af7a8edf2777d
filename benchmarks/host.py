"""Mockade as it is measured: all three APIs, everything on, with more players, and sessions if asked for.

`mockade serve --quiet` runs the same application on the same server; only the world is fuller here.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import os
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from statistics import median
from typing import TextIO

from benchmarks.work import FIRST, OTHERS, PLAYERS, TIMED
from mockade import garbage
from mockade.app import create_app
from mockade.asgi import App
from mockade.catalogue.api import Api
from mockade.catalogue.files import find_files
from mockade.catalogue.loading import load_apis
from mockade.server.listener import bind
from mockade.server.uvicorn_server import run
from mockade.settings import Settings
from mockade.state.caller import Caller
from mockade.state.clock import wall_time
from mockade.state.rows import Row
from mockade.state.state import State
from mockade.state.timeline import Event
from mockade.state.transaction import Transaction
from mockade.usage.checks import UsageChecks
from mockade.worlds.contents import Baseline
from mockade.worlds.journal import ExchangeListener, ignore
from mockade.worlds.registry import Worlds
from mockade.worlds.world import World

CREATED = "2026-01-05T11:30:00.000Z"
LIFETIME = 10**9
"""Seconds after which the sessions laid here would go; none does while the bench runs."""

BATCH = 10_000
"""How many sessions are laid in one transaction."""


def player_id(number: int) -> str:
    return f"b0000000-0000-4000-8000-{number:012d}"


def with_players(state: State, count: int) -> State:
    """The state with the tokens of players who may create, join and read."""
    permissions = frozenset({"session:create", "session:read:self", "session:update-player:self"})
    callers = state.callers
    for number in range(FIRST, FIRST + count):
        known = Caller(player_id(number), permissions)
        callers = callers.insert(("rallyhere", "HTTPBearer", f"player-{number}"), known)
    return state._replace(callers=callers)


def session(key: str, number: int) -> Row:
    """A casual session with one player in it, who is nobody that calls."""
    player = {
        "player_uuid": f"c0000000-0000-4000-8000-{number:012d}",
        "status": "leader",
        "version": "1.0.0",
        "client_settings": {"platform": "Steam", "input": "gamepad"},
        "joined": CREATED,
        "custom_data": {},
    }
    values = {
        "session_id": key,
        "type": "casual",
        "joinable": True,
        "created": CREATED,
        "teams": [
            {"team_id": 0, "max_size": 4, "players": [player]},
            {"team_id": 1, "max_size": 4, "players": []},
        ],
    }
    return Row(values, key=key, beside={"lifetime": LIFETIME})


def lay(transaction: Transaction, api: Api, row: Row) -> None:
    transaction.put(api.stem, api.collections["sessions"].collection, row)
    transaction.set_event(Event(api.stem, "session_expires", row.key), wall_time() + LIFETIME)


def seed(world: World, api: Api, first: int, last: int) -> None:
    """Lay so many sessions into the world, their keys numbered on from FIRST."""
    for batch in range(first, last, BATCH):
        transaction = Transaction(world.state)
        for number in range(FIRST + batch, FIRST + min(batch + BATCH, last)):
            lay(transaction, api, session(f"s-{number}", number))
        world.state = transaction.state


def begin(world: World) -> None:
    """Let the world's start be as it is now: a reset comes back to here."""
    world.migrate(world.state, Baseline(world.state), world.snapshots)


def application(settings: Settings, on_exchange: ExchangeListener = ignore) -> tuple[App, Worlds, Api]:
    apis = load_apis(find_files())
    app, worlds = create_app(apis, settings, on_exchange, on_entry=UsageChecks(apis))
    api = apis["rallyhere"]
    world = worlds.default
    world.state = with_players(world.state, PLAYERS)
    transaction = Transaction(world.state)
    lay(transaction, api, session(TIMED, 10**11))
    collection = api.collections["sessions"].collection
    for number in range(FIRST, FIRST + OTHERS):
        row = session(f"other-{number}", number)
        row.beside.clear()  # without a lifetime no read moves its end
        row["joinable"] = False  # or players who look for one would find it
        transaction.put(api.stem, collection, row)
    world.state = transaction.state
    begin(world)
    return app, worlds, api


def milestones(worlds: Worlds, api: Api, sizes: Sequence[int], report: TextIO | None) -> Iterator[int]:
    """The position of the size to serve, each in a process of its own, forked when its sessions are there.

    The last one is this process itself, and the parent of the others.
    """
    laid = 0
    empty = resident()
    for position, size in enumerate(sizes):
        seed(worlds.default, api, laid, size)
        laid = size
        begin(worlds.default)
        gc.collect()
        if report:
            report.write(json.dumps(weighed(worlds, size, resident() - empty)) + "\n")
            report.flush()
        if position == len(sizes) - 1 or os.fork() == 0:
            yield position
            return


def resident() -> int:
    """Bytes of memory that this process holds."""
    told = subprocess.run(["ps", "-o", "rss=", "-p", str(os.getpid())], capture_output=True, check=True)
    return int(told.stdout) * 1024


def weighed(worlds: Worlds, size: int, held: int) -> dict[str, float]:
    """What its sessions cost the default world, in bytes, and what it takes to fork, reset and rewind it."""
    world = worlds.default
    table = world.state.table("rallyhere", "sessions")
    stored = table.rows[f"s-{FIRST}"]
    world.record("somethingHappened", world.state)
    entry = world.journal.find(world.journal.last)
    assert entry is not None, "it was noted just now"
    before = entry.before
    assert before is not None, "an entry keeps the state before it"

    def fork() -> None:
        worlds.create("copy", Baseline(world.state, world.faults))
        worlds.remove("copy")

    return {
        "sessions": size,
        "bytes": held / size,
        "json_bytes": len(stored.values) + len(stored.beside),
        "fork_us": _microseconds(fork),
        "reset_us": _microseconds(partial(world.reset, "resetWorld")),
        "rewind_us": _microseconds(lambda: world.replace_state(before, "rewindWorld")),
    }


def _microseconds(act: Callable[[], object], times: int = 300) -> float:
    """The median of so many times."""
    took = []
    for _ in range(times):
        began = time.perf_counter()
        act()
        took.append(time.perf_counter() - began)
    return median(took) * 1e6


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--ports", required=True)
    parser.add_argument("--sizes", default="", help="how many sessions; a process and a port for each")
    parser.add_argument("--journal", type=int, default=Settings().journal)
    parser.add_argument("--store", default="", help="the address of a store that keeps the worlds")
    parser.add_argument("--report", type=argparse.FileType("w"))
    asked = parser.parse_args()
    ports = [int(port) for port in asked.ports.split(",")]
    sizes = [int(size) for size in asked.sizes.split(",") if size]
    settings = Settings(journal=asked.journal, store=asked.store)
    collection = garbage.CountedCollection()
    app, worlds, api = application(settings, lambda _: collection.request_ended())
    for position in milestones(worlds, api, sizes, asked.report) if sizes else [0]:
        listener = bind("127.0.0.1", ports[position])
        run(app, listener, partial(_serving, collection), patience=settings.patience)


def _serving(collection: garbage.CountedCollection) -> None:
    collection.start(asyncio.get_running_loop(), freeze=True)


if __name__ == "__main__":
    main()
