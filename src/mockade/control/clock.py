"""Control: a world's clock, read, set, frozen, scaled and advanced."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from mockade.control.call import ControlCall
from mockade.errors import Refusal
from mockade.handling import Reply
from mockade.state.clock import LATEST, Clock, clock_from_json, duration, timestamp
from mockade.worlds.due_events import Interrupted
from mockade.worlds.slices import Slices
from mockade.worlds.world import World


def to_json(clock: Clock) -> dict[str, Any]:
    """The component Clock."""
    return {"mode": clock.mode, "now": timestamp(clock.now()), "rate": clock.rate}


def get_clock(call: ControlCall) -> dict[str, Any]:
    return to_json(call.world.state.clock)


def set_clock(call: ControlCall, body: dict[str, Any]) -> Slices[Reply]:
    return _moved(call.world, "setClock", partial(clock_from, body))


def advance_clock(call: ControlCall, body: dict[str, Any]) -> Slices[Reply]:
    """Refuses with 400 to go beyond year 9999."""
    return _moved(call.world, "advanceClock", partial(_advanced, body["by"]))


def _moved(world: World, operation: str, moved: Callable[[Clock], Clock]) -> Slices[Reply]:
    """Let the world's clock be `moved`, and all that is due by then happen, before it is answered.

    What is still due before that happens first: clocks are moved in the order in which they were asked to be.
    """
    yield from all_happened(world)
    clock = moved(world.state.clock)
    world.set_clock(clock, operation)
    yield from all_happened(world)
    return Reply(to_json(clock))


def all_happened(world: World) -> Slices[None]:
    """All that is due in a world. Refuses with 409 where another state was put in its place meanwhile."""
    try:
        yield from world.run_all_due_events()
    except Interrupted:
        message = (
            f"The world {world.name!r} was reset or set back while its time went on: that is how it stands."
        )
        raise Refusal(409, "interrupted", message) from None


def _advanced(by: str, clock: Clock) -> Clock:
    seconds = duration(by)
    if clock.now() + seconds > LATEST:
        now, last = timestamp(clock.now()), timestamp(LATEST)
        raise Refusal(400, "no_such_time", f"{by} from {now} there is no date: the last one is {last}.")
    return clock.advanced(seconds)


def clock_from(facts: dict[str, Any], clock: Clock) -> Clock:
    """The clock that `facts` describe, from the present one. Refuses an impossible time with 400."""
    present = clock.now()
    try:
        return clock_from_json(facts, present, present)
    except ValueError as error:
        raise Refusal(400, "no_such_time", f"now: {error}") from None
