"""What `routes --explain` prints: what was recognised in an operation, and what is not acted on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from mockade.catalogue.answerers import handler_name
from mockade.catalogue.api import Api
from mockade.catalogue.shape_answers import ShapeAnswerer
from mockade.catalogue.starting.rows import StartingRows
from mockade.contract.entity_tags import CONDITION_HEADERS
from mockade.contract.operations import Operation
from mockade.crud.explaining import Fact, explained
from mockade.errors import counted
from mockade.hints import did_you_mean
from mockade.settings import ROWS

_HTTPS_OWN = frozenset({"accept", "content-type", "authorization", "prefer"})
"""Headers that every operation acts on, whatever its parameters."""


class Explained(NamedTuple):
    """An operation, and what is known of it."""

    stem: str
    operation: Operation
    facts: tuple[Fact, ...]

    def lines(self) -> Iterator[str]:
        """The text of it, one fact a line; what is not acted on stands last."""
        yield f"{self.stem}.{self.operation.id}: {self.operation.method} {self.operation.shown_path}"
        acted, rest = ([one for one in self.facts if one.is_acted_on is acts] for acts in (True, False))
        width = max((len(one.label) for one in self.facts), default=0)
        yield from (f"  {one.label:{width}}  {one.text}" for one in acted)
        if rest:
            yield "  declared and not acted on:"
            yield from (f"    {one.label:{width}}  {one.text}" for one in rest)

    def as_data(self) -> dict[str, object]:
        return {
            "api": self.stem,
            "operation": self.operation.id,
            "method": self.operation.method,
            "path": self.operation.shown_path,
            "facts": [one._asdict() for one in self.facts],
        }


def explain(apis: Mapping[str, Api], asked: str) -> list[Explained]:
    """The operations that `asked` names: by id, with the API's name before it, or as `METHOD /path`.

    Upper and lower case count only where names differ in nothing else. Raises LookupError, which says what is
    like it, where there is none.
    """
    asked = " ".join(asked.split())
    operations = [(stem, api, one) for stem, api in apis.items() for one in api.contract.operations]
    exact = [each for each in operations if asked in _names(each[0], each[2])]
    lower = asked.lower()
    found = exact or [
        each for each in operations if lower in (name.lower() for name in _names(each[0], each[2]))
    ]
    if not found:
        raise LookupError(f"There is no operation {asked!r}. {_hint(asked, [one for *_, one in operations])}")
    return [Explained(stem, one, tuple(_facts(api, one))) for stem, api, one in found]


def _hint(asked: str, operations: Sequence[Operation]) -> str:
    """What is like a name that no operation has: for a path its methods, else the nearest of its kind."""
    if "/" not in asked:
        return did_you_mean(asked, [one.id for one in operations])
    method, _, path = asked.rpartition(" ")
    own = [one.method for one in operations if one.shown_path.lower() == path.lower()]
    if own:
        return f"{path} has {', '.join(own)}."
    known = [f"{one.method} {one.shown_path}" if method else one.shown_path for one in operations]
    return did_you_mean(f"{method.upper()} {path}".strip(), known)


def _names(stem: str, operation: Operation) -> list[str]:
    path = f"{operation.method} {operation.shown_path}"
    return [operation.id, f"{stem}.{operation.id}", handler_name(operation), path]


def _facts(api: Api, operation: Operation) -> Iterator[Fact]:
    answerer = api.answerers[operation.id]
    if answerer.kind == "stub":
        yield Fact("answered by", f"nobody yet: write {answerer.name}")
    else:
        yield Fact("answered by", f"{answerer.kind}: {answerer.name}")
    if isinstance(answerer, ShapeAnswerer):
        yield from explained(answerer.answer)
        yield from _starting_facts(api, answerer.answer.resource.name)
    elif answerer.kind in ("example", "generated"):
        yield Fact("rows", "none: neither its path nor its schemas show whose rows it is about", False)
        for parameter in operation.parameters:
            if parameter.where == "query" and not _is_credential(api, "query", parameter.name):
                yield Fact("query", f"{parameter.name}: told back where a property has its name", False)
    if answerer.kind != "handler":
        yield from _headers(api, operation)


def _starting_facts(api: Api, collection: str) -> Iterator[Fact]:
    """What a collection starts with, where nobody asks for another number of rows."""
    plan = api.starting_plan(ROWS)
    if collection in plan.names:
        rows = StartingRows(plan, seed=0)
        reason, table = rows.reason(collection), rows.table(collection)
        count = len(table.rows) if table is not None else 0
        made = f"with {counted(count, 'row')}"
        yield Fact("starts", f"empty, since no row could be made: {reason}" if reason else made)
    elif any(schema.collection.name == collection for schema, _ in api.rows):
        yield Fact("starts", "with the rows of its fixtures")


def _headers(api: Api, operation: Operation) -> Iterator[Fact]:
    for parameter in operation.parameters:
        name = parameter.name.lower()
        if parameter.where != "header" or _is_credential(api, "header", name) or name in _HTTPS_OWN:
            continue
        if parameter.name == operation.idempotency_header:
            yield Fact("header", f"{parameter.name}: the same answer for the same key")
        elif name in CONDITION_HEADERS:
            yield Fact("header", f"{parameter.name}: a condition on the row")
        else:
            yield Fact("header", f"{parameter.name}: checked against its schema, and no more", False)


def _is_credential(api: Api, carrier: str, name: str) -> bool:
    schemes = api.contract.security_schemes.values()
    return any(one.carrier == carrier and one.field.lower() == name.lower() for one in schemes)
