"""Clocks that jump while things are due: each happens once, at its time, and the journal keeps order."""

from __future__ import annotations

import json
import math
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from benchmarks.reliability.hurried import OFFSET
from benchmarks.reliability.outcome import Outcome, Scale
from benchmarks.reliability.served import CONTROL, Client, Served, comes_true
from mockade.state.clock import seconds_of, timestamp

PLAYERS = 60
LIFETIME = 3600.0
"""Seconds after which a session of RallyHere's is gone."""

START = 1_767_614_400.0
"""Where the world's clock begins: 2026-01-05T12:00:00Z, in seconds since 1970."""

NEAR = 2 * LIFETIME
FAR = 400 * 86_400.0
"""Seconds that a jump goes at most, most of the time and seldom."""

EXACT = 0.002
"""Seconds by which times may differ that are told in milliseconds."""

JOURNEY = "journey"
"""The world whose clock jumps."""

SESSION = {
    "session_type": "party",
    "client_version": "1.0.0",
    "client_settings": {"platform": "Steam", "input": "gamepad"},
}


class _Trial:
    """A world of RallyHere's sessions, the clock that jumps, and what was seen of both."""

    def __init__(self, client: Client, moved: Path) -> None:
        self.client = client
        self.moved = moved
        self.chance = random.Random(11)
        self.lost: list[str] = []
        self.jumps: dict[str, int] = {}
        self.requests = self.made = self.happened = self.entry = 0
        self.offset = 0.0
        self.holder: dict[str, str] = {}
        """By session that has yet to expire, its player."""
        self.due: dict[str, float] = {}

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        self.requests += 1
        answer = self.client.ask(method, path, body, **{"X-Mockade-World": JOURNEY, **headers})
        if answer.status >= 300:
            self.lost.append(f"{method} {path}: {answer.status} {answer.body[:200].decode()}")
            return {}
        return json.loads(answer.body)

    def mint(self) -> None:
        for number in range(PLAYERS):
            caller = f"c0000000-0000-4000-8000-{number:012}"
            minted = {"secret": f"p{number}", "caller": caller, "permissions": ["session:*"]}
            self.ask("POST", f"{CONTROL}/credentials", {"api": "rallyhere", **minted})

    def begin_sessions(self) -> None:
        """Some players without a session begin one, due after its lifetime."""
        idle = sorted({f"p{number}" for number in range(PLAYERS)} - set(self.holder.values()))
        for player in self.chance.sample(idle, min(len(idle), self.chance.randrange(4))):
            headers = {"Authorization": f"Bearer {player}"}
            made = self.ask("POST", "/session/v1/session", SESSION, **headers).get("session_id", "")
            if made:
                self.holder[made] = player
                self.made += 1

    def jump(self) -> None:
        kind, move = self.chance.choice(_JUMPS)
        self.jumps[kind] = self.jumps.get(kind, 0) + 1
        move(self)

    def read_journal(self) -> None:
        """What the journal says since the last look; ids that leave a gap or times out of order are lost."""
        last = -math.inf  # a clock that ran back is before 1970
        for entry in self._entries():
            if entry["id"] != self.entry + 1:
                self.lost.append(f"The journal goes from entry {self.entry} to {entry['id']}.")
            self.entry = entry["id"]
            at = seconds_of(entry["time"])
            if entry["operation"] == "create_or_join_session":
                for change in entry["changes"]:
                    self.due[change["key"]] = seconds_of(change["after"]["created"]) + LIFETIME
            if entry["answered_by"] != "timeline":
                last = -math.inf  # the clock may have been set
                continue
            if at < last - EXACT:
                self.lost.append(f"Entry {entry['id']} happened before the one that was due earlier.")
            last = at
            self._happened(entry, at)

    def _entries(self) -> Iterator[dict[str, Any]]:
        while True:
            path = f"{CONTROL}/journal?after={self.entry}&limit=1000"
            page = self.ask("GET", path).get("exchanges", [])
            if not page:
                return
            yield from page

    def _happened(self, entry: dict[str, Any], at: float) -> None:
        gone = [change["key"] for change in entry["changes"] if change["after"] is None]
        for session in gone:
            self.happened += 1
            if self.holder.pop(session, None) is None:
                self.lost.append(f"Session {session} expired twice, or was never begun.")
            due = self.due.pop(session, at)
            if abs(due - at) > EXACT:
                self.lost.append(f"Session {session}, due at {timestamp(due)}, was gone at {entry['time']}.")
        if not gone:
            self.lost.append(f"Entry {entry['id']} of the timeline changed nothing: {entry['reason']}")

    def check_due(self) -> None:
        """What is due by a clock that stands still has happened."""
        clock = self.ask("GET", f"{CONTROL}/clock")
        now = seconds_of(clock["now"])
        if clock["mode"] == "real":
            return
        late = [session for session, due in self.due.items() if due < now - EXACT]
        if late:
            self.lost.append(f"At {clock['now']} {len(late)} sessions are there that should be gone.")

    def set_clock(self, **facts: Any) -> None:
        self.ask("PUT", f"{CONTROL}/clock", facts)

    def shift(self) -> float:
        return self.chance.uniform(0, FAR if self.chance.random() < 0.02 else NEAR)

    def somewhen(self) -> str:
        return timestamp(START + self.chance.uniform(-NEAR, NEAR))


def _advance(trial: _Trial) -> None:
    trial.ask("POST", f"{CONTROL}/clock/advance", {"by": f"{trial.shift():.3f}s"})


def _set(trial: _Trial) -> None:
    trial.set_clock(mode=trial.chance.choice(["real", "frozen"]), now=trial.somewhen())


def _freeze(trial: _Trial) -> None:
    trial.set_clock(mode="frozen")


def _scale(trial: _Trial) -> None:
    trial.set_clock(mode="real", rate=10 ** trial.chance.uniform(-2, 5))


def _agree(trial: _Trial) -> None:
    trial.set_clock(mode="real")


def _machine(trial: _Trial) -> None:
    """The machine's clock goes forward or back, as the server sees it."""
    trial.offset += trial.chance.choice([-1, 1]) * trial.shift()
    with trial.moved.open("r+b") as file:
        file.write(OFFSET.pack(trial.offset))


_JUMPS: tuple[tuple[str, Callable[[_Trial], None]], ...] = (
    ("advanced", _advance),
    ("set or set back", _set),
    ("frozen", _freeze),
    ("at another rate", _scale),
    ("agreeing with the machine's", _agree),
    ("the machine's own moved", _machine),
)


def run(scale: Scale, folder: Path) -> Outcome:
    moved = folder / "moved"
    moved.write_bytes(OFFSET.pack(0.0))
    jumps = 50 * scale.rounds
    with Served(folder, "rallyhere", moved=moved).ready() as server, Client(server.port) as client:
        trial = _Trial(client, moved)
        trial.set_clock(mode="frozen", now=timestamp(START))
        trial.mint()
        for _ in range(jumps):
            trial.begin_sessions()
            trial.jump()
            trial.read_journal()
            trial.check_due()
        _freeze(trial)
        trial.read_journal()
        _end(trial)
        code = server.end()
    if code:
        trial.lost.append(f"The server ended with {code}.")
    if trial.happened != trial.made:
        trial.lost.append(f"{trial.made} sessions were begun, and {trial.happened} expired.")
    tried = {"jumps": jumps, "sessions that expired": trial.happened, "requests": trial.requests}
    figures = {name: f"{count:,}" for name, count in sorted(trial.jumps.items())}
    return Outcome(tried, trial.lost, figures, [NOTE])


def _end(trial: _Trial) -> None:
    """Go beyond all that is due."""
    if trial.due:
        last = max(trial.due.values())
        trial.set_clock(mode="frozen", now=timestamp(last + 1))
        comes_true(lambda: trial.read_journal() or not trial.holder, within=5.0)


NOTE = "The machine's clock is not touched: the server has another in its place, which the run moves."
