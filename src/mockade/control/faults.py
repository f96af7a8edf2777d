"""Control: a world's faults, listed, added and removed."""

from __future__ import annotations

from typing import Any

from jsonpointer import JsonPointer, JsonPointerException

from mockade.catalogue.access import open_names
from mockade.catalogue.api import Api
from mockade.control.call import ControlCall
from mockade.control.contracts import example_names
from mockade.control.fault_places import check_headers, check_path
from mockade.control.fault_recipes import with_recipe
from mockade.errors import Refusal
from mockade.hints import did_you_mean, nearest
from mockade.worlds.fault_match import Match, Rate
from mockade.worlds.faults import Delay, Fault, FaultAction, Lognormal, Uniform

MOST = 1000
"""Rules of one world: each request is matched with all of them."""


def list_faults(call: ControlCall) -> dict[str, Any]:
    return {"faults": [to_json(rule) for rule in call.world.faults.rules]}


def add_fault(call: ControlCall, body: dict[str, Any]) -> dict[str, Any]:
    """Refuses a rule that could never apply with 400, and one rule too many with 409."""
    match, do = read_rule(body)
    check_match(call, match)
    match = _with_caller(call, match)
    check_path(call.running, match)
    check_headers(match.headers or {})
    for name in ("retry_after", "example"):
        if getattr(do, name) is not None and do.status is None:
            message = f"do.{name} goes out with an answer: say which, with do.status."
            raise Refusal(400, "no_status", message)
    _check_example(call, match, do)
    world = call.world
    if len(world.faults.rules) >= MOST:
        message = (
            f"The world {world.name!r} has {MOST:,} faults already: DELETE /_mockade/v1/faults clears them."
        )
        raise Refusal(409, "too_many_faults", message)
    return to_json(world.add_fault(match, do, body.get("count"), "addFault"))


def read_rule(body: dict[str, Any]) -> tuple[Match, FaultAction]:
    """What a NewFault says. Refuses with 400 what the schema cannot."""
    match, do = with_recipe(body)
    if "rate" in match:
        match["rate"] = Rate(**match["rate"])
        if not match["rate"].seconds:
            raise Refusal(400, "no_window", "match.rate.per: a window of no time lets nothing in: 10s.")
    for pointer in match.get("body", {}):
        try:
            JsonPointer(pointer)
        except JsonPointerException as error:
            message = f"match.body: {pointer!r} is no JSON Pointer such as /lines/0/sku: {error}."
            raise Refusal(400, "no_pointer", message) from None
    if isinstance(do.get("delay_ms"), dict):
        do["delay_ms"] = _delay(do["delay_ms"])
    return Match(**match), FaultAction(**do)


def _delay(body: dict[str, Any]) -> Delay:
    if body["distribution"] == "lognormal":
        return Lognormal(**body)
    delay = Uniform(**body)
    if delay.lower > delay.upper:
        message = f"do.delay_ms: lower is {delay.lower} and upper {delay.upper}: turn them around."
        raise Refusal(400, "no_delay", message)
    return delay


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
        "match": without_nulls(rule.match),
        "do": without_nulls(rule.do),
        "count": rule.count,
        "matched": rule.matched,
        "applied": rule.applied,
    }


def without_nulls(facts: Match | FaultAction | Delay | Rate) -> dict[str, Any]:
    """As a NewFault says it."""
    return {
        name: without_nulls(value) if isinstance(value, Delay | Rate) else value
        for name, value in facts._asdict().items()
        if value is not None
    }


def check_match(call: ControlCall, match: Match) -> None:
    """Refuse with 400 an API that is not served, and an operation that no API or not this one has."""
    apis = call.running.apis
    if match.api is not None and not call.meant(match.api):
        hint = did_you_mean(match.api, call.running.names)
        message = f"match.api: no API {match.api!r} is served. {hint}"
        raise Refusal(400, "no_api", message)
    if match.operation is None:
        return
    known = [operation for api in _apis_of(call, match) for operation in api.contract.operations]
    if not any(match.is_of(one.api, one.id, apis[one.api].family_name) for one in known):
        where = f"{match.api} has" if match.api else "there is"
        hint = did_you_mean(match.operation.rpartition(".")[2], [one.id for one in known])
        message = f"match.operation: {where} no operation {match.operation!r}. {hint}"
        raise Refusal(400, "no_operation", message)


def _apis_of(call: ControlCall, match: Match) -> list[Api]:
    """The APIs whose requests a rule may match."""
    return list(call.running.apis.values()) if match.api is None else call.meant(match.api)


def _check_example(call: ControlCall, match: Match, do: FaultAction) -> None:
    """Refuse with 400 an example that no operation which the rule may meet has of that status."""
    if do.example is None or do.status is None:
        return
    known = {
        name
        for api in _apis_of(call, match)
        for operation in api.contract.operations
        if match.operation in (None, operation.id, f"{api.stem}.{operation.id}")
        for name in example_names(operation, do.status)
    }
    if do.example not in known:
        hint = did_you_mean(do.example, known)
        message = f"do.example: no {do.status} that this could meet has an example {do.example!r}. {hint}"
        raise Refusal(400, "no_example", message)


def _with_caller(call: ControlCall, match: Match) -> Match:
    """With the caller's name where its secret stands for it, as in the fixtures.

    Refuses with 400 a caller that no credential of this world names, where nobody else may call.
    """
    if not match.caller:  # an empty one is who names none
        return match
    apis = _apis_of(call, match)
    # A caller of a sibling's credentials calls here as well.
    stems = {one.stem for api in apis for one in (api, *api.siblings)}
    callers = call.world.state.callers.items()
    named = sorted((secret, caller.id) for (stem, _, secret), caller in callers if stem in stems)
    known = sorted({name for _, name in named})
    if match.caller in known:
        return match
    meant = sorted({name for secret, name in named if secret == match.caller})
    if len(meant) > 1:
        message = (
            f"match.caller: that is the secret of several callers ({', '.join(meant)}): name one of them."
        )
        raise Refusal(400, "no_caller", message)
    if meant:
        return match._replace(caller=meant[0])
    if any(name for api in apis for name in open_names(api.contract, api.access)):
        return match  # of an open scheme, whose callers no credential names
    like = nearest(match.caller, [*known, *(secret for secret, _ in named)])
    name = dict(named).get(like or "", like)  # a secret is not told: whose it is, is
    hint = f"Did you mean {name!r}?" if name else did_you_mean(match.caller, known)
    message = f"match.caller: no credential of this world names the caller {match.caller!r}. {hint}"
    raise Refusal(400, "no_caller", message)
