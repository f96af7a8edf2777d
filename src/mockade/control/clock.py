"""Control: a world's clock, read, set, frozen, scaled and advanced."""

from __future__ import annotations

from typing import Any

from mockade.control.call import ControlCall
from mockade.errors import Refusal
from mockade.state.clock import LATEST, Clock, clock_from_json, duration, timestamp


def to_json(clock: Clock) -> dict[str, Any]:
    """The component Clock."""
    return {"mode": clock.mode, "now": timestamp(clock.now()), "rate": clock.rate}


def get_clock(call: ControlCall) -> dict[str, Any]:
    return to_json(call.world.state.clock)


def set_clock(call: ControlCall, body: dict[str, Any]) -> dict[str, Any]:
    world = call.world
    world.set_clock(clock_from(body, world.state.clock), "setClock")
    return to_json(world.state.clock)


def advance_clock(call: ControlCall, body: dict[str, Any]) -> dict[str, Any]:
    """Refuses with 400 to go beyond year 9999."""
    world = call.world
    clock = world.state.clock
    seconds = duration(body["by"])
    if clock.now() + seconds > LATEST:
        now, last = timestamp(clock.now()), timestamp(LATEST)
        message = f"{body['by']} from {now} there is no date: the last one is {last}."
        raise Refusal(400, "no_such_time", message)
    world.set_clock(clock.advanced(seconds), "advanceClock")
    return to_json(world.state.clock)


def clock_from(facts: dict[str, Any], clock: Clock) -> Clock:
    """The clock that `facts` describe, from the present one. Refuses an impossible time with 400."""
    present = clock.now()
    try:
        return clock_from_json(facts, present, present)
    except ValueError as error:
        raise Refusal(400, "no_such_time", f"now: {error}") from None
