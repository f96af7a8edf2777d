"""Control: a whole world exported as lines of JSON, and imported by another server."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterator, Mapping
from itertools import pairwise
from typing import Any, NamedTuple

import orjson

from mockade.catalogue.api import Api
from mockade.contract.violations import Violated
from mockade.control.call import ControlCall, component
from mockade.control.clock import all_happened
from mockade.control.counted_faults import from_json, to_json
from mockade.control.documents import read_json_state
from mockade.control.snapshots import MOST_KEPT
from mockade.control.worlds import told, world_there
from mockade.errors import Refusal
from mockade.handling import Reply
from mockade.snapshots.writer import document, json_pieces
from mockade.state.state import State
from mockade.worlds.contents import Baseline
from mockade.worlds.freeing import free
from mockade.worlds.registry import Worlds
from mockade.worlds.slices import Pause, Slices, Stream
from mockade.worlds.world import World

VERSION = 1
"""The version of the component WorldHead in the control API's contract."""

_PIECE = 64 * 1024
"""Bytes after which a piece of an export goes out."""

_STATE, _START = "state", "start"

_MOST_LINES = 3 + MOST_KEPT


def export_world(call: ControlCall, world: str) -> Reply:
    """Never makes the world. All lines are of the moment at which this was asked."""
    found = world_there(call, world)
    found.run_due_events()
    pieces = _Export(call.running.worlds, found, call.running.apis).pieces
    return Reply(Stream(b"", pieces), headers={"Cache-Control": "no-store"})


class _Export:
    """What a world was at one moment. It holds immutable values, so that a slow reader changes nothing."""

    def __init__(self, worlds: Worlds, world: World, apis: Mapping[str, Api]) -> None:
        self._apis = apis
        start = world.baseline.state
        has_start = not _is_of_server(start, worlds.baseline.state)
        self._states = [world.state, *([start] if has_start else []), *world.snapshots.values()]
        self._head = {
            "mockade_world": VERSION,
            "name": world.name,
            "entries": world.journal.last,
            "generated": world.generated,
            "start": has_start,
            "snapshots": list(world.snapshots),
            "faults": to_json(world.faults),
            "start_faults": to_json(world.baseline.faults),
        }

    async def pieces(self, pause: Pause) -> AsyncGenerator[bytes, None]:
        """Ends when the client hangs up or the server stops."""
        yield orjson.dumps(self._head) + b"\n"
        for state in self._states:
            gathered = bytearray()
            for piece in _document(state, self._apis):
                gathered += piece or b""
                if len(gathered) >= _PIECE:
                    yield bytes(gathered)
                    gathered.clear()
                if not await pause(0.0, None):
                    raise ConnectionAbortedError("Nobody is there any more to take the export.")
            yield bytes(gathered) + b"\n"


def _is_of_server(start: State, served: State) -> bool:
    """Whether a reset goes to what the server's fixtures say, whatever the world's seed."""
    return (
        start.tables is served.tables
        and start.timeline is served.timeline
        and start.callers is served.callers
        and start.replies is served.replies
        and (start.draws, start.clock) == (served.draws, served.clock)
    )


def _document(state: State, apis: Mapping[str, Api]) -> Iterator[bytes | None]:
    """The document of a state in pieces, and None after each slice of work on the way."""
    made = yield from document(state, apis, None)
    yield from json_pieces(made)


class _Part(NamedTuple):
    """A line of an export, which is not copied, and what it is called in violations."""

    name: str
    line: memoryview


def import_world(call: ControlCall, world: str, body: bytes) -> Slices[Reply]:
    """Refuses a name that is taken with 409 unless `replace`, and what is no such export with 400."""
    if not call.query["replace"]:
        _check_free(call, world)
    return _imported(call, world, body)


def _check_free(call: ControlCall, name: str) -> None:
    if call.running.worlds.find(name) is not None:
        message = (
            f"There is a world {name!r} already, and an import does not change it: delete it first, choose "
            "another name, or say replace=true (`mockade world import --replace`)."
        )
        raise Refusal(409, "world_exists", message)


def _imported(call: ControlCall, name: str, body: bytes) -> Slices[Reply]:
    head, parts = _parts(call, body)
    faults, start_faults = from_json(call, head["faults"]), from_json(call, head["start_faults"])
    states: dict[str, State] = {}
    for part in parts:
        states[part.name] = yield from read_json_state(call, part.line, part.name)
    worlds = call.running.worlds
    if worlds.served is not call.running.served:
        message = "The APIs were reloaded while this went on, and nothing was made: send it again."
        raise Refusal(503, "reloaded", message)
    state = states.pop(_STATE)._replace(taken=None)
    start = states.pop(_START, worlds.baseline.state.seeded(state.seed))
    if not call.query["replace"]:
        _check_free(call, name)
    replaced = worlds.find(name)
    old = [] if replaced is None else [replaced.state, *replaced.snapshots.values()]
    world = worlds.replace(name, Baseline(state, faults))
    snapshots = {kept: states[f"snapshots/{kept}"] for kept in head["snapshots"]}
    world.move_in(Baseline(start, start_faults), snapshots, head["generated"], head["entries"])
    world.record("importWorld", state, reason=f"Of {head['name']}, after #{head['entries']}.")
    yield from all_happened(world)
    del replaced
    yield from free(old)
    return (yield from told(world))


def _parts(call: ControlCall, body: bytes) -> tuple[dict[str, Any], list[_Part]]:
    """The head of an export and its documents. Refuses with 400 what is none, or is cut."""
    ends = _line_ends(body)
    head = _head(call, body[: ends[0]])
    names = [_STATE, *([_START] if head["start"] else [])]
    names += [f"snapshots/{name}" for name in head["snapshots"]]
    found = len(ends) - 1
    if found != len(names) or len(set(names)) < len(names):
        message = (
            f"This world is cut, or was changed: its head promises {len(names):,} documents, a line each, "
            f"and there are {found:,} lines. Export it again."
        )
        raise Refusal(400, "cut", message)
    view = memoryview(body)
    lines = [view[begin + 1 : end] for begin, end in pairwise(ends)]
    return head, [_Part(name, line) for name, line in zip(names, lines, strict=True)]


def _line_ends(body: bytes) -> list[int]:
    """Where lines end, of no more than any export has; what stands behind the last break is a line too."""
    ends: list[int] = []
    at = 0
    while at < len(body) and len(ends) <= _MOST_LINES:
        end = body.find(b"\n", at)
        ends.append(end if end >= 0 else len(body))
        at = ends[-1] + 1
    return ends or [0]


def _head(call: ControlCall, line: bytes) -> dict[str, Any]:
    try:
        head = orjson.loads(line)
    except orjson.JSONDecodeError:
        head = None
    version = head.get("mockade_world") if isinstance(head, dict) else None
    if not isinstance(head, dict) or version is None:
        is_snapshot = isinstance(head, dict) and "apis" in head
        how = (
            "It is a snapshot: `mockade snapshot import` takes it." if is_snapshot else "It begins otherwise."
        )
        message = f"This is no world as `mockade world export` writes it. {how}"
        raise Refusal(400, "no_export", message)
    if version != VERSION or isinstance(version, bool):
        message = (
            f"This world was exported in version {version!r} of the form, and this Mockade reads version "
            f"{VERSION}: export and import with the same release."
        )
        raise Refusal(400, "export_version", message)
    validator, normalizer = component(call.running.control_api, "WorldHead")
    violations = validator.violations(head, "body")
    if violations:
        raise Violated(violations)
    filled: dict[str, Any] = normalizer.fill(head)
    return filled
