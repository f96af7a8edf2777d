"""The query parameters of an operation, members of objects too, and what a request sent of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl, quote, unquote_plus

from mockade.contract.coercion import TextTypes, types_of
from mockade.contract.document import Node
from mockade.contract.name_words import split_words
from mockade.contract.operations import Operation
from mockade.contract.parameters import Parameter
from mockade.contract.properties import properties
from mockade.contract.violations import Violation
from mockade.crud.listing.comparing import text
from mockade.crud.roles.naming import Words
from mockade.errors import Refusal
from mockade.handling import Call

_DEEPEST = 4
"""Objects in objects whose members are fields of their own; a schema may hold itself."""

_SCALARS = frozenset({"string", "integer", "number", "boolean"})

_OF_TIME = re.compile(
    r"\b(dates?|times?|timestamps?|datetime|iso.?8601|rfc.?3339|unix|epoch)\b", re.IGNORECASE
)


@dataclass(eq=False)
class QueryField:
    """A query parameter, or one member of a parameter that is an object."""

    name: str
    """As URLs write it: `limit`, `page[size]`, `filter[level][gte]`."""
    parameter: Parameter
    members: tuple[str, ...]
    """The member's name behind those of the objects around it; empty for the parameter itself."""
    schema: Node | None

    @cached_property
    def words(self) -> Words:
        return split_words(self.name)

    @cached_property
    def types(self) -> TextTypes:
        return types_of(self.schema)

    @cached_property
    def scalar_types(self) -> frozenset[str]:
        """The types of its value, or of the items of its list; empty where its schema does not say."""
        kinds = self.types
        return ((kinds.own - {"array", "object", "null"}) | kinds.items.own) & _SCALARS

    @property
    def takes_scalars(self) -> bool:
        """Whether text in a URL can be its value, and not an object alone."""
        return bool(self.scalar_types) or not self.types.own

    @property
    def takes_integers(self) -> bool:
        own = self.types.own - {"null"}
        return not own or bool(own & {"integer", "number"})

    @property
    def format(self) -> str:
        return self.schema.text("format").lower() if self.schema else ""

    @cached_property
    def options(self) -> frozenset[str]:
        """The texts of its enum or of its items', in lower case; empty without one."""
        items = self.schema.get("items") if self.schema is not None else None
        found = next((one for one in map(_enum, (self.schema, items)) if one), [])
        return frozenset(text(one).casefold() for one in found)

    @cached_property
    def description(self) -> str:
        """What the contract says of it."""
        holder = self.parameter.source.document.value_at(self.parameter.source)
        said = holder.get("description") if isinstance(holder, dict) else None
        own = self.schema.text("description") if self.schema else ""
        return f"{said} {own}" if isinstance(said, str) else own

    @property
    def speaks_of_time(self) -> bool:
        """Whether its description says that it is a date or a time."""
        return _OF_TIME.search(self.description) is not None

    def word(self, keyword: str) -> Any:
        """A keyword of its schema, or None."""
        value = self.schema.value if self.schema else None
        return value.get(keyword) if isinstance(value, dict) else None


def _enum(schema: Node | None) -> list[Any]:
    value = schema.value.get("enum") if schema is not None and isinstance(schema.value, dict) else None
    return value if isinstance(value, list) else []


def query_fields(operation: Operation) -> Iterator[QueryField]:
    """The operation's query parameters; of objects the members that they name, else the object itself."""
    for parameter in operation.parameters:
        if parameter.where != "query":
            continue
        members = properties(parameter.schema) if "object" in parameter.types else {}
        if not members:
            yield QueryField(parameter.name, parameter, (), parameter.schema)
        for member, schema in members.items():
            is_bare = parameter.style == "form" and parameter.explode
            name = member if is_bare else f"{parameter.name}[{member}]"
            yield from _fields_below(QueryField(name, parameter, (member,), schema))


def _fields_below(field: QueryField) -> Iterator[QueryField]:
    """The field, or where it is an object in brackets whose members are named, those."""
    is_object = field.parameter.style == "deepObject" and field.types.own - {"null"} == {"object"}
    members = properties(field.schema) if is_object and len(field.members) < _DEEPEST else {}
    if not members:
        yield field
    for member, schema in members.items():
        inner = QueryField(f"{field.name}[{member}]", field.parameter, (*field.members, member), schema)
        yield from _fields_below(inner)


def _member(value: Any, members: Iterable[str]) -> Any:
    for name in members:
        value = value.get(name) if isinstance(value, dict) else None
    return value


class SentQuery:
    """What a request sent of an operation's query: never a default that validation filled in."""

    def __init__(self, call: Call) -> None:
        self._values: Mapping[str, Any] = call.query
        self.text = call.query_string
        self._names = {name for name, _ in parse_qsl(self.text, keep_blank_values=True)}

    def has(self, parameter: Parameter) -> bool:
        """Whether the request has the parameter itself, not only its default."""
        if parameter.name not in self._values:
            return False
        if parameter.name in self._names or not parameter.spread:
            return parameter.name in self._names
        value = self._values[parameter.name]
        opening = f"{parameter.name}["
        return any(name.startswith(opening) for name in self._names) or (
            isinstance(value, dict) and not self._names.isdisjoint(value)
        )

    def value(self, field: QueryField) -> Any:
        """The field's value, None where it was not sent or is empty."""
        if not self.has(field.parameter):
            return None
        value = _member(self._values[field.parameter.name], field.members)
        return None if value in ("", [], {}) else value

    def more_members(self, parameter: Parameter, known: frozenset[tuple[str, ...]]) -> Iterator[QueryField]:
        """The members of an object that its schema does not name, at any depth."""
        value = self._values.get(parameter.name)
        if isinstance(value, dict) and self.has(parameter):
            yield from self._below(QueryField(parameter.name, parameter, (), None), value, known)

    def _below(
        self, field: QueryField, value: Mapping[str, Any], known: frozenset[tuple[str, ...]]
    ) -> Iterator[QueryField]:
        for member, inner in value.items():
            name, members = f"{field.name}[{member}]", (*field.members, member)
            below = QueryField(name, field.parameter, members, None)
            if members in known:
                continue
            if isinstance(inner, dict) and inner:
                yield from self._below(below, inner, known)
            else:
                yield below

    def of_parameter(self, name: str) -> Any:
        """A parameter's value, which may be the contract's default; None where there is neither."""
        return self._values.get(name)

    def filled_in(self, field: QueryField) -> Any:
        """The field's value, which may be the contract's default; None where there is neither."""
        value = _member(self._values.get(field.parameter.name), field.members)
        return None if value in ("", [], {}) else value

    def changed(self, changes: Mapping[str, str | None]) -> str:
        """The query string with fields replaced, or left out (None); the rest stays as it was written.

        What no URI may have is escaped, as `page[number]` is: the contract may ask for a URI.
        """
        parts = [
            quote(part, safe=_AS_WRITTEN)
            for part in self.text.split("&")
            if part and unquote_plus(part.partition("=")[0]) not in changes
        ]
        parts += [
            f"{_escaped(name)}={_escaped(value)}" for name, value in changes.items() if value is not None
        ]
        return "&".join(parts)


_AS_WRITTEN = "%=+$:,;@!*'()/?"
"""What stays in a query, besides letters and digits."""


def _escaped(part: str) -> str:
    return quote(part, safe="$:,")


class QueryRemarks:
    """What a request is told of its query: a documented refusal, or else a notice."""

    def __init__(self, operation: Operation, call: Call) -> None:
        self._call = call
        self._status = refusal_status(operation)

    def refuse(self, field: QueryField, value: Any, wrong: str, instead: str) -> None:
        """Refuse with the contract's 4xx; without one, remark on it and go on.

        `wrong` says what is wrong and what was expected, `instead` what is done without a refusal.
        """
        if self._status:
            raise Refusal(self._status, "invalid_parameter", f"{field.name}: {wrong}")
        self.remark(field, value, f"{wrong} The operation documents no 4xx for it: {instead}")

    def remark(self, field: QueryField, value: Any, message: str, rule: str = "query") -> None:
        """A notice in the journal and the log."""
        source = field.parameter.source
        path = (field.parameter.name, *field.members)
        self._call.notices.append(
            Violation("query", path, rule, message, value=value, source=source, notice=True)
        )


def refusal_status(operation: Operation) -> int:
    """The documented status for a query that cannot be followed; 0 where there is none."""
    for status in (400, 422):
        if str(status) in operation.responses:
            return status
    if "4XX" in operation.responses:
        return 400
    is_success = any(status[:1] in "23" for status in operation.responses if status != "default")
    return 400 if is_success and "default" in operation.responses else 0
