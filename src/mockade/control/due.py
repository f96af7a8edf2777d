"""Control: what will happen in a world, and when."""

from __future__ import annotations

from itertools import islice
from typing import Any

from mockade.control.call import ControlCall
from mockade.control.clock import all_happened
from mockade.errors import Refusal
from mockade.handling import Reply
from mockade.hints import did_you_mean
from mockade.state.clock import seconds_of, timestamp
from mockade.state.timeline import Event
from mockade.state.transaction import Transaction
from mockade.worlds.slices import Slices
from mockade.worlds.world import World

MOST_SHOWN = 1000


def list_due_events(call: ControlCall) -> dict[str, Any]:
    """The earliest first."""
    events = islice(call.world.state.timeline.events(), MOST_SHOWN)
    return {"events": [_told(event, at) for at, event in events]}


def move_due_event(call: ControlCall, api: str, action: str, key: str, body: dict[str, Any]) -> Slices[Reply]:
    """Moves an event that is to come. Refuses with 404 one that is not: only calls set them."""
    world, event = call.world, Event(api, action, key)
    timeline = world.state.timeline
    if timeline.when(event) is None:
        coming = islice(timeline.events(), MOST_SHOWN)
        names = [f"{one.api}/{one.action}/{one.key}" for _, one in coming]
        hint = did_you_mean(f"{api}/{action}/{key}", names)
        raise Refusal(404, "no_event", f"Nothing is to come that is called {api}/{action}/{key}. {hint}")
    at = seconds_of(body["at"])

    def move(transaction: Transaction) -> None:
        transaction.set_event(event, at)

    call.change("moveDueEvent", move)
    return _happened(world, event, at)


def _happened(world: World, event: Event, at: float) -> Slices[Reply]:
    world.run_due_events()
    yield from all_happened(world)
    return Reply(_told(event, at))


def _told(event: Event, at: float) -> dict[str, Any]:
    return {"at": timestamp(at), **event._asdict()}
