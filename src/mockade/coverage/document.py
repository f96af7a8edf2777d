"""Coverage as a document: what was counted, in the form that the package describes, and several as one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal, NamedTuple, get_args

from mockade.contract.contract import Contract
from mockade.coverage.counting import Coverage, OperationCount
from mockade.coverage.items import KINDS
from mockade.coverage.marking import SEEN

VERSION = 1

STATES = ("never", "refused", "seen")
"""By their numbers."""

Detail = Literal["all", "missing", "none"]
"""Which items a document has: those that were not seen, or all, or none."""

DETAILS: tuple[Detail, ...] = get_args(Detail)

Facts = dict[str, Any]
Totals = dict[str, dict[str, int]]


class Contracted(NamedTuple):
    """An API whose coverage is told."""

    stem: str
    contract: Contract
    answerers: Mapping[str, str]
    """By operation, the kind of who answers it."""


def document(coverage: Coverage, apis: Iterable[Contracted], detail: Detail = "all") -> Facts:
    """The document of what was counted of these APIs."""
    made: Facts = head(coverage)
    for one in apis:
        operations = list(operation_documents(coverage, one, detail))
        made["apis"].append({**api_head(one), "totals": sum_of(operations), "operations": operations})
    return {**made, "totals": sum_of(made["apis"]), "apis": made.pop("apis")}


def head(coverage: Coverage) -> Facts:
    """A document without totals and APIs."""
    return {"version": VERSION, "requests": coverage.requests, "unread": coverage.unread, "apis": []}


def api_head(api: Contracted) -> Facts:
    return {"api": api.stem, "title": api.contract.title}


def operation_documents(coverage: Coverage, api: Contracted, detail: Detail = "all") -> Iterator[Facts]:
    """What is told of each operation of an API, in the order of its contract."""
    for operation in api.contract.operations:
        count = coverage.of(api.stem, operation.id)
        if count is not None:
            yield _operation(count, api.answerers[operation.id], detail)


def _operation(count: OperationCount, answered_by: str, detail: Detail) -> Facts:
    operation = count.items.operation
    words = operation.source.document.value_at(operation.source)
    told: Facts = {
        "operation": operation.id,
        "method": operation.method,
        "path": operation.shown_path,
        "state": STATES[count.states[0]],
        "count": count.calls,
        "line": str(operation.source.place()),
        "deprecated": isinstance(words, dict) and words.get("deprecated") is True,
        "answered_by": answered_by,
        "ignored": False,
    }
    told["totals"] = _counted(count)
    if detail != "none":
        told["items"] = list(_items(count, detail))
    return told


def _counted(count: OperationCount) -> Totals:
    totals: Totals = {}
    for one, state in zip(count.items.items, count.states, strict=True):
        if state or not one.out_of_reach:
            kind = totals.get(one.kind)
            if kind is None:
                kind = totals[one.kind] = dict.fromkeys(reversed(STATES), 0)
            kind[STATES[state]] += 1
    return _ordered(totals)


def _items(count: OperationCount, detail: Detail) -> Iterator[Facts]:
    calls = _calls_by_item(count)
    for number, one in enumerate(count.items.items):
        state = count.states[number]
        if not number or (detail == "missing" and (state == SEEN or (one.out_of_reach and not state))):
            continue
        told: Facts = {
            "kind": one.kind,
            "id": one.id,
            "where": one.where,
            "name": one.name,
            "state": STATES[state],
            "line": str(one.source.place()),
        }
        if one.kind == "statuses":
            told["count"] = calls.get(number, 0)
        if one.out_of_reach:
            told["out_of_reach"] = True
        yield told


def _calls_by_item(count: OperationCount) -> dict[int, int]:
    """By the numbers of documented statuses, how many answers had them."""
    found: dict[int, int] = {}
    for status, calls in count.statuses.items():
        response = count.items.operation.response(status)
        if response is not None:
            number = count.items.responses[response.status].number
            found[number] = found.get(number, 0) + calls
    return found


def sum_of(parts: Iterable[Facts]) -> Totals:
    """The totals of operations or APIs; of what is ignored there are none."""
    totals: Totals = {}
    for part in parts:
        for kind, states in part["totals"].items():
            into = totals.setdefault(kind, dict.fromkeys(states, 0))
            for state, count in states.items():
                into[state] += count
    return _ordered(totals)


def _ordered(totals: Totals) -> Totals:
    return {kind: totals[kind] for kind in KINDS if kind in totals}
