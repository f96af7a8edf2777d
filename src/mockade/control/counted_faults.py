"""A world's faults with what they have counted, as an exported world has them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from mockade.control.call import ControlCall
from mockade.control.faults import check_match, read_rule, without_nulls
from mockade.errors import Refusal
from mockade.worlds.faults import Fault, Faults


def to_json(faults: Faults) -> dict[str, Any]:
    """The component CountedFaults."""
    return {"made": faults.made, "rules": [_rule_to_json(rule) for rule in faults.rules]}


def _rule_to_json(fault: Fault) -> dict[str, Any]:
    count = {} if fault.count is None else {"count": fault.count}
    return {
        "id": fault.id,
        "rule": {"match": without_nulls(fault.match), "do": without_nulls(fault.do), **count},
        "matched": fault.matched,
        "applied": fault.applied,
        "opened": None if math.isinf(fault.opened) else fault.opened,
        "taken": fault.taken,
    }


def from_json(call: ControlCall, facts: Mapping[str, Any]) -> Faults:
    """Of the component CountedFaults. Refuses with 400 a rule of what is not served here."""
    rules = tuple(_rule_from_json(call, one) for one in facts["rules"])
    ids = [rule.id for rule in rules]
    if len(set(ids)) < len(ids) or max(ids, default=0) > facts["made"]:
        message = "The faults of this world have an id twice, or one beyond `made`: export it again."
        raise Refusal(400, "fault_ids", message)
    return Faults(rules, facts["made"])


def _rule_from_json(call: ControlCall, one: Mapping[str, Any]) -> Fault:
    match, do = read_rule(one["rule"])
    check_match(call, match)
    opened = -math.inf if one["opened"] is None else one["opened"]
    count = one["rule"].get("count")
    return Fault(one["id"], match, do, count, one["matched"], one["applied"], opened, one["taken"])
