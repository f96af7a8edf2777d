"""Control: worlds created, listed, forked, reset, rewound and deleted."""

from __future__ import annotations

from typing import Any

from mockade.control.call import ControlCall
from mockade.control.clock import to_json as clock_to_json
from mockade.control.pieces import all_made
from mockade.errors import Refusal
from mockade.handling import Reply
from mockade.hints import did_you_mean
from mockade.state.clock import steady_time
from mockade.state.state import State
from mockade.worlds.contents import Baseline
from mockade.worlds.journal import Exchange
from mockade.worlds.slices import Slices
from mockade.worlds.world import World


def to_json(world: World) -> dict[str, Any]:
    """The component World."""
    return {
        "name": world.name,
        "seed": world.state.seed,
        "clock": clock_to_json(world.state.clock),
        "rows": world.state.rows(),
        "exchanges": world.journal.count(),
        "journal": world.journal.mark,
        "idle": max(0.0, steady_time() - world.last_used) if world.last_used else 0.0,
    }


def told(world: World) -> Slices[Reply]:
    """The component World, whose rows are counted."""
    yield from all_made(world.state)
    return Reply(to_json(world))


def list_worlds(call: ControlCall) -> Slices[Reply]:
    return _listed(list(call.running.worlds))


def _listed(worlds: list[World]) -> Slices[Reply]:
    listed = []
    for world in worlds:
        yield from all_made(world.state)
        listed.append(to_json(world))
        yield
    return Reply({"worlds": listed})


def create_world(call: ControlCall, body: dict[str, Any]) -> Slices[Reply]:
    """Refuses a name that is taken with 409, as its world may have another seed."""
    worlds = call.running.worlds
    baseline = worlds.baseline
    seed = body.get("seed", baseline.state.seed)
    return told(worlds.create(body["name"], baseline._replace(state=baseline.state.seeded(seed))))


def get_world(call: ControlCall, world: str) -> Slices[Reply]:
    found = world_there(call, world)
    found.run_due_events()
    return told(found)


def world_there(call: ControlCall, name: str) -> World:
    """The world of that name, which this does not make. Refuses with 404 where it is not there."""
    found = call.running.worlds.find(name)
    if found is None:
        how = f"A client's first call makes it, and so does `mockade world make {name}`."
        raise Refusal(
            404,
            "no_world",
            f"There is no world {name!r}. {did_you_mean(name, call.running.worlds.names)} {how}",
        )
    return found


def delete_world(call: ControlCall, world: str) -> None:
    call.running.worlds.remove(world)


def reset_world(call: ControlCall) -> Slices[Reply]:
    world = call.world
    call.entry = world.reset("resetWorld").id
    return told(world)


def fork_world(call: ControlCall, body: dict[str, Any]) -> Slices[Reply]:
    world = call.world
    state = world.state
    if "at" in body:
        state = point_in_journal(world, body["at"])
    elif "snapshot" in body:
        state = snapshot(world, body["snapshot"])._replace(taken=None)
    fork = call.running.worlds.create(body["name"], Baseline(state, world.faults))
    at = f" just before #{body['at']}" if "at" in body else ""
    kept = f" in snapshot {body['snapshot']}" if "snapshot" in body else ""
    fork.record("forkWorld", state, reason=f"Of {world.name} as it was{at or kept or ' then'}.")
    return told(fork)


def rewind_world(call: ControlCall, id: int) -> Slices[Reply]:
    world = call.world
    world.replace_state(point_in_journal(world, id), "rewindWorld", f"To just before #{id}.")
    return told(world)


def point_in_journal(world: World, number: int) -> State:
    """The state just before an entry of the journal. Refuses with 404 one that is not kept."""
    state = entry_there(world, number).state_before()
    if state is None:
        raise world.journal.no_state(number)
    return state


def entry_there(world: World, number: int) -> Exchange:
    """An entry of the journal. Refuses with 404 one that is not kept."""
    exchange = world.journal.find(number)
    if exchange is None:
        exchanges = world.journal.exchanges
        there = f"It holds {exchanges[0].id} to {exchanges[-1].id}." if exchanges else "It is empty."
        raise Refusal(404, "no_exchange", f"The journal of {world.name!r} holds no entry {number}. {there}")
    return exchange


def snapshot(world: World, name: str) -> State:
    """The state of a snapshot. Refuses with 404 when it is not there."""
    state = world.snapshots.get(name)
    if state is None:
        hint = did_you_mean(name, world.snapshots)
        raise Refusal(404, "no_snapshot", f"The world {world.name!r} has no snapshot {name!r}. {hint}")
    return state
