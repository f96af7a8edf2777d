"""Coverage as a document: what was counted, in the form that the package describes, and several as one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal, NamedTuple, Protocol

from mockade import garbage
from mockade.contract.contract import Contract
from mockade.contract.document import Source
from mockade.contract.operations import Operation
from mockade.coverage.compiling import compiling
from mockade.coverage.counting import Coverage, OperationCoverage
from mockade.coverage.items import ITEM_KINDS
from mockade.coverage.marking import SEEN
from mockade.coverage.tallies import tallying

VERSION = 1

STATES = ("never", "refused", "seen")
"""By their numbers."""

Detail = Literal["all", "asked", "missing", "none"]
"""Which items a document has: all, those of operations that were asked, those that were not seen, or none."""

_SLICE = 50
"""Items that are told in a slice."""

Facts = dict[str, Any]
Totals = dict[str, dict[str, int]]


class CoveredApi(NamedTuple):
    """An API whose coverage is told."""

    stem: str
    contract: Contract
    answerers: Mapping[str, str]
    """By operation, the kind of who answers it."""

    @classmethod
    def of(cls, contract: Contract, answerers: Mapping[str, Answerer]) -> CoveredApi:
        return cls(contract.stem, contract, {name: one.kind for name, one in answerers.items()})


class Answerer(Protocol):
    """Who answers an operation."""

    @property
    def kind(self) -> str: ...


def document(coverage: Coverage, apis: Iterable[CoveredApi], detail: Detail = "all") -> Facts:
    """The document of what was counted of these APIs, where nobody waits."""
    made: Facts = head(coverage)
    with garbage.paused():  # all that is made stays
        for api in apis:
            operations = [one for one in operation_documents(coverage, api, detail) if one is not None]
            made["apis"].append({**api_head(api), "totals": sum_of(operations), "operations": operations})
    return {**made, "totals": sum_of(made["apis"]), "apis": made.pop("apis")}


def head(coverage: Coverage) -> Facts:
    """A document without totals and APIs."""
    return {"version": VERSION, "requests": coverage.requests, "unread": coverage.unread, "apis": []}


def api_head(api: CoveredApi) -> Facts:
    return {"api": api.stem, "title": api.contract.title}


def operation_documents(
    coverage: Coverage, api: CoveredApi, detail: Detail = "all"
) -> Iterator[Facts | None]:
    """What is told of each operation of an API, in the order of its contract; None is the end of a slice."""
    yield from api.contract.document.lines_made()
    yield None
    lines = _Lines()
    for operation in api.contract.operations:
        if detail in ("asked", "none") and not coverage.has(api.stem, operation.id):
            yield from _unasked(operation, api, lines)
            continue
        yield from compiling(api.contract, operation.id)
        yield None
        count = coverage.of(api.stem, operation.id)
        if count is None:
            continue
        told = {
            **_operation(operation, api, lines),
            "state": STATES[count.states[0]],
            "count": count.calls,
            "totals": _counted(count),
        }
        if detail != "none":
            told["items"] = []
            for number in _wanted(count, detail):
                told["items"].append(_item(count, number, lines))
                if not len(told["items"]) % _SLICE:
                    yield None
        yield told


class _Lines(dict[Source, str]):
    """Where words stand in the contract: many operations have the same ones."""

    def __missing__(self, source: Source) -> str:
        self[source] = str(source.place())
        return self[source]


def _unasked(operation: Operation, api: CoveredApi, lines: Mapping[Source, str]) -> Iterator[Facts | None]:
    """What is told of an operation that was never asked: its sums."""
    counts = yield from tallying(api.contract, operation)
    none = dict.fromkeys(reversed(STATES), 0)
    never: Totals = {kind: {**none, STATES[0]: count} for kind, count in counts.items()}
    yield {**_operation(operation, api, lines), "totals": _ordered(never)}


def _operation(operation: Operation, api: CoveredApi, lines: Mapping[Source, str]) -> Facts:
    """What is told of an operation whatever was asked of it, as of one that never was."""
    words = operation.source.document.value_at(operation.source)
    return {
        "operation": operation.id,
        "method": operation.method,
        "path": operation.shown_path,
        "state": STATES[0],
        "count": 0,
        "line": lines[operation.source],
        "deprecated": isinstance(words, dict) and words.get("deprecated") is True,
        "answered_by": api.answerers[operation.id],
        "ignored": False,
        "totals": {},
    }


def _counted(count: OperationCoverage) -> Totals:
    return totals(
        (one.kind, STATES[state])
        for one, state in zip(count.items.items, count.states, strict=True)
        if state or not one.out_of_reach
    )


def totals(counted: Iterable[tuple[str, str]]) -> Totals:
    """How many of each kind are in each state, of the kinds and states of all that counts."""
    found: Totals = {}
    for kind, state in counted:
        states = found.get(kind)
        if states is None:
            states = found[kind] = dict.fromkeys(reversed(STATES), 0)
        states[state] += 1
    return _ordered(found)


def _wanted(count: OperationCoverage, detail: Detail) -> Iterator[int]:
    """The numbers of the items that are told, without that of the operation itself."""
    for number, one in enumerate(count.items.items):
        state = count.states[number]
        if number and (detail in ("all", "asked") or (state != SEEN and (state or not one.out_of_reach))):
            yield number


def _item(count: OperationCoverage, number: int, lines: Mapping[Source, str]) -> Facts:
    one = count.items.items[number]
    told: Facts = {
        "kind": one.kind,
        "id": one.id,
        "where": one.where,
        "name": one.name,
        "state": STATES[count.states[number]],
        "line": lines[one.source],
    }
    if one.kind == "statuses":
        told["count"] = _calls(count, number)
    if one.out_of_reach:
        told["out_of_reach"] = True
    return told


def _calls(count: OperationCoverage, number: int) -> int:
    """How many answers had a documented status."""
    operation, responses = count.items.operation, count.items.responses
    found = 0
    for status, calls in count.statuses.items():
        response = operation.response(status)
        if response is not None and responses[response.status].number == number:
            found += calls
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
    return {kind: totals[kind] for kind in ITEM_KINDS if kind in totals}
