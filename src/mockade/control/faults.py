"""Control: a world's faults, listed, added and removed."""

from __future__ import annotations

from typing import Any

from mockade.control.call import ControlCall
from mockade.errors import Refusal
from mockade.hints import did_you_mean
from mockade.worlds.faults import Fault, FaultAction, Match

MOST = 1000
"""Rules of one world: each request is matched with all of them."""


def list_faults(call: ControlCall) -> dict[str, Any]:
    return {"faults": [to_json(rule) for rule in call.world.faults.rules]}


def add_fault(call: ControlCall, body: dict[str, Any]) -> dict[str, Any]:
    """Refuses a rule that could never apply with 400, and one rule too many with 409."""
    match, do = Match(**body.get("match", {})), FaultAction(**body["do"])
    _check_match(call, match)
    if do.retry_after is not None and do.status is None:
        message = "do.retry_after goes out with an answer: say which, with do.status."
        raise Refusal(400, "no_status", message)
    world = call.world
    if len(world.faults.rules) >= MOST:
        message = (
            f"The world {world.name!r} has {MOST:,} faults already: DELETE /_mockade/v1/faults clears them."
        )
        raise Refusal(409, "too_many_faults", message)
    return to_json(world.add_fault(match, do, body.get("count"), "addFault"))


def clear_faults(call: ControlCall) -> None:
    call.world.clear_faults("clearFaults")


def delete_fault(call: ControlCall, id: int) -> None:
    """Refuses with 404 when it is not there."""
    world = call.world
    try:
        world.remove_fault(id, "deleteFault")
    except KeyError:
        ids = ", ".join(str(rule.id) for rule in world.faults.rules)
        there = f"There are: {ids}." if ids else "It has none."
        raise Refusal(404, "no_fault", f"The world {world.name!r} has no fault {id}. {there}") from None


def to_json(rule: Fault) -> dict[str, Any]:
    """The component Fault."""
    return {
        "id": rule.id,
        "match": _without_nulls(rule.match),
        "do": _without_nulls(rule.do),
        "count": rule.count,
        "matched": rule.matched,
        "applied": rule.applied,
    }


def _without_nulls(facts: Match | FaultAction) -> dict[str, Any]:
    return {name: value for name, value in facts._asdict().items() if value is not None}


def _check_match(call: ControlCall, match: Match) -> None:
    """Refuse with 400 an API that is not served, and an operation that no API or not this one has."""
    apis = call.running.apis
    if match.api is not None and match.api not in apis:
        message = f"match.api: no API {match.api!r} is served. {did_you_mean(match.api, apis)}"
        raise Refusal(400, "no_api", message)
    if match.operation is None:
        return
    known = [
        operation
        for stem, api in apis.items()
        if match.api in (None, stem)
        for operation in api.contract.operations
    ]
    if not any(match.matches(one.api, one.id, match.caller or "") for one in known):
        where = f"{match.api} has" if match.api else "there is"
        hint = did_you_mean(match.operation.rpartition(".")[2], [one.id for one in known])
        message = f"match.operation: {where} no operation {match.operation!r}. {hint}"
        raise Refusal(400, "no_operation", message)
