"""Control: a world's snapshots, taken, exported and imported as documents, and restored."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockade.catalogue.redaction import Redaction
from mockade.control.call import ControlCall
from mockade.control.clock import all_happened
from mockade.control.documents import read_state
from mockade.control.pieces import all_made, in_pieces
from mockade.control.worlds import snapshot, told
from mockade.errors import Refusal
from mockade.handling import Reply
from mockade.snapshots.writer import document, yaml_pieces
from mockade.state.clock import timestamp
from mockade.state.state import State
from mockade.worlds.freeing import free
from mockade.worlds.slices import Pieces, Slices, collected
from mockade.worlds.world import World

MOST_KEPT = 1000
"""How many snapshots a world may have."""


def to_json(name: str, state: State) -> dict[str, Any]:
    """The component Snapshot."""
    taken = state.clock.now() if state.taken is None else state.taken
    return {"name": name, "time": timestamp(taken), "rows": state.rows()}


def list_snapshots(call: ControlCall) -> Slices[Reply]:
    return _listed(call.world.snapshots)


def _listed(snapshots: Mapping[str, State]) -> Slices[Reply]:
    for state in snapshots.values():
        yield from all_made(state)
    return Reply({"snapshots": [to_json(name, state) for name, state in snapshots.items()]})


def take_snapshot(call: ControlCall, body: dict[str, Any]) -> Slices[Reply]:
    """Refuses a name that is taken with 409."""
    world, name = call.world, body["name"]
    if name in world.snapshots:
        message = (
            f"The world {world.name!r} has a snapshot {name!r} already: choose another name, or delete it."
        )
        raise Refusal(409, "snapshot_exists", message)
    _keep(world, name, world.state, "takeSnapshot")
    return _taken(name, world.snapshots[name])


def _taken(name: str, state: State, status: int | None = None) -> Slices[Reply]:
    yield from all_made(state)
    return Reply(to_json(name, state), status)


def get_snapshot(call: ControlCall, name: str) -> Slices[Reply]:
    return _exported(snapshot(call.world, name), call)


def _exported(state: State, call: ControlCall) -> Slices[Reply]:
    apis = call.running.apis
    redaction = None if call.query["secrets"] else Redaction.of(apis.values())
    exported = yield from document(state, apis, redaction)
    if call.query["format"] == "yaml":
        return Reply(Pieces(b"", (yield from collected(yaml_pieces(exported)))))
    return (yield from in_pieces(exported))


def put_snapshot(call: ControlCall, name: str, body: bytes) -> Slices[Reply]:
    """Replaces a snapshot of that name, once the body, JSON or YAML, was read whole and found good."""
    return _imported(call, call.world, name, body)


def _imported(call: ControlCall, world: World, name: str, body: bytes) -> Slices[Reply]:
    state = yield from read_state(call, body)
    call.check_same(world)
    replaced = [world.snapshots[name]] if name in world.snapshots else []
    _keep(world, name, state, "putSnapshot")
    status = 200 if replaced else 201
    yield from free(replaced)
    return (yield from _taken(name, world.snapshots[name], status))


def delete_snapshot(call: ControlCall, name: str) -> Slices[Reply]:
    world = call.world
    states = [snapshot(world, name)]
    world.delete_snapshot(name, "deleteSnapshot")
    return _deleted(states)


def _deleted(states: list[State]) -> Slices[Reply]:
    yield from free(states)
    return Reply(None)


def restore_snapshot(call: ControlCall, name: str) -> Slices[Reply]:
    world = call.world
    snapshot(world, name)
    world.restore_snapshot(name, "restoreSnapshot")
    return _restored(world)


def _restored(world: World) -> Slices[Reply]:
    """What came due since the snapshot was taken happens before it is answered."""
    yield from all_happened(world)
    return (yield from told(world))


def _keep(world: World, name: str, state: State, operation: str) -> None:
    """Keep `state` as the newest snapshot. Refuses one too many with 409."""
    if name not in world.snapshots and len(world.snapshots) >= MOST_KEPT:
        message = (
            f"The world {world.name!r} has {MOST_KEPT:,} snapshots, and no more are kept. Delete some "
            f"(DELETE /_mockade/v1/worlds/{world.name}/snapshots/NAME), or fork worlds instead."
        )
        raise Refusal(409, "too_many_snapshots", message)
    world.keep_snapshot(name, state, operation)
