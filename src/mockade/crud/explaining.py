"""Says what was recognised in an operation that rows answer, and what it declares and is not acted on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from mockade.crud.actions import ActOnRow
from mockade.crud.listing.unused_query import meaning
from mockade.crud.lists import ListRows
from mockade.crud.operations import CrudOperation
from mockade.crud.roles.resources import Resource


class Fact(NamedTuple):
    """Something that was recognised in an operation; `is_acted_on` False of what changes nothing."""

    label: str
    text: str
    is_acted_on: bool = True


def explained(one: CrudOperation) -> Iterator[Fact]:
    """The facts of an operation that rows answer."""
    resource = one.resource
    yield Fact("collection", _collection(resource))
    yield Fact(
        "row",
        f"{resource.holds.component_name or 'a schema without a name'}, {resource.holds.source.place()}",
    )
    if resource.keys:
        yield Fact("key", _key(resource))
    for part in resource.parents[resource.is_per_caller :]:
        yield Fact("parent", f"{{{part.parameter}}} is {_place(part.path, part.parameter)}")
    for above in one.ancestors:
        there = (
            "is taken for granted: nothing creates one"
            if above.is_granted
            else "has to be there, or it is a 404"
        )
        yield Fact("below", f"a row of {above.name}, which {there}")
    if one.response_envelope is not None:
        path = ".".join(one.response_envelope.path)
        inner = "the rows" if isinstance(one, ListRows) else "the row"
        inner = "the keys of the rows" if one.response_envelope.is_of_keys else inner
        inner = "a list of the row" if one.response_envelope.is_list_of_one else inner
        yield Fact("envelope", f"{inner} in {path!r}" if path else f"none: the body is {inner}")
    if one.request_envelope is not None and one.request_envelope.path:
        yield Fact("request", f"the fields in {'.'.join(one.request_envelope.path)!r}")
    if isinstance(one, ActOnRow):
        yield from _outcomes(one)
    if isinstance(one, ListRows):
        yield from _query(one)
    yield from (Fact("query", f"{field.name}: {meaning(field)}", False) for field in one.unused.fields)


def _collection(resource: Resource) -> str:
    if resource.is_callers:
        return f"{resource.name}: the caller's row of it"
    if not resource.keys:
        each = "a singleton for each caller" if resource.is_per_caller else "a singleton"
        return f"{resource.name}: {each}, there before anybody wrote it"
    return f"{resource.name}: any row is there until it is written" if resource.is_made else resource.name


def _key(resource: Resource) -> str:
    keys = " and ".join(_place(part.path, part.parameter) for part in resource.keys)
    scope = "".join(f", below {{{name}}}" for name in resource.scope)
    return f"{keys}{scope}{', a name that is not the key of the collection' if resource.is_by_name else ''}"


def _place(path: tuple[str, ...], parameter: str) -> str:
    return f"the property {'.'.join(path)!r}" if path else f"kept beside the row as '_{parameter}'"


def _outcomes(one: ActOnRow) -> Iterator[Fact]:
    for outcome in one.outcomes:
        value = "the moment of it" if outcome.value is None else repr(outcome.value)
        yield Fact("sets", f"{outcome.name} to {value}")
    if one.is_setting:
        yield Fact("sets", "the properties that request and row both declare, as they are sent")
    elif not one.outcomes:
        yield Fact("sets", "nothing: no property says that it was done", False)


def _query(one: ListRows) -> Iterator[Fact]:
    query = one.query
    labels = {**dict.fromkeys(query.paging.roles, "paging"), **dict.fromkeys(query.sorting.fields, "sorting")}
    for role in query.roles:
        label = labels.get(role.name, "filter" if role.is_acted_on else "query")
        yield Fact(label, f"{role.name}: {role.role}", role.is_acted_on)
    if query.path_filter is not None:
        yield Fact("filter", query.path_filter.role)
    if not query.paging.roles:
        yield Fact("paging", "none: the list is always whole")
