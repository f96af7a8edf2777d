"""A valid request for an operation, with the ids that are given for its path."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

from benchmarks.corpus.contracts import PARAMETER, Contract, Node, Operation, is_json
from benchmarks.corpus.credentials import carried
from benchmarks.corpus.documented import asked, may_have
from benchmarks.corpus.encoding import Request, encoded, in_query, is_form, simple, text
from benchmarks.corpus.paths import ends_with_item, places
from benchmarks.corpus.schemas import Schemas
from benchmarks.corpus.things import ATTRIBUTES, is_key, keys, own_names, plain
from benchmarks.corpus.values import Unmade, Values

_ORDER = {"GET": 2, "HEAD": 2, "POST": 3, "PUT": 4, "PATCH": 5, "DELETE": 7}
_IN_PATH = "/%:@!$&'()*+,;=~-._"
_NOT_SENT = ("accept", "content-type", "authorization")

_SEARCHES = ("q", "query", "search", "term", "keyword")
"""Query parameters that search texts."""

NO_ROW: Mapping[str, Any] = {}


class Body(NamedTuple):
    """What a request carries, before it is written as its media type asks."""

    media_type: str
    value: Any
    schema: Node
    below: tuple[str, ...] = ()
    """Where in what is wrapped the fields are."""

    @property
    def way(self) -> tuple[str, ...]:
        """The members that lead to the fields: `{"pet": {…}}` wraps them in one."""
        members = list(self.value.items()) if isinstance(self.value, dict) else []
        is_wrapped = len(members) == 1 and isinstance(members[0][1], dict)
        return (*([str(members[0][0])] if is_wrapped else []), *self.below)

    @property
    def fields(self) -> dict[str, Any]:
        inner = self.value
        for name in self.way:
            inner = inner[name]
        return inner if isinstance(inner, dict) else {}

    @property
    def attributes(self) -> Body:
        """The same, its fields those that JSON:API keeps apart from type and id."""
        return self._replace(below=(ATTRIBUTES,)) if isinstance(self.fields.get(ATTRIBUTES), dict) else self

    def having(self, name: str, value: Any) -> Body:
        """The same with another value of a field."""
        made = self._replace(value=copy.deepcopy(self.value))
        made.fields[name] = value
        return made


def in_order(operations: Iterable[Operation]) -> list[Operation]:
    """Lists, then creates, then what is about one thing; last what removes things, the deepest first."""

    def turn(operation: Operation) -> tuple[int, int, bool]:
        depth, is_item = len(PARAMETER.findall(operation.path)), ends_with_item(operation.path)
        if operation.method == "DELETE":
            return _ORDER["DELETE"], -depth, is_item
        order = _ORDER.get(operation.method, 6)
        if not operation.has_item:
            order = {"GET": 0, "POST": 1}.get(operation.method, order)
        return order, depth, is_item

    return sorted(operations, key=turn)


_SIZE_NAMES = ("count", "limit", "size", "pagesize", "perpage", "top", "take", "maxresults", "rows")
_SIZES = (100, 20, 1)
"""What a page is asked for with that has to have a size."""


class Requests:
    """Makes the requests for a contract."""

    def __init__(self, contract: Contract, schemas: Schemas) -> None:
        self._contract = contract
        self.values = Values(contract, schemas)

    def make(
        self,
        operation: Operation,
        ids: Sequence[Any],
        body: Body | None = None,
        *,
        row: Mapping[str, Any] = NO_ROW,
        tag: str = "*",
    ) -> Request:
        """A request with these ids in its path, and a body of its own where none is given. Raises Unmade.

        A required parameter that is named like a property of `row` is asked for with that one's value, and
        `tag` is what `If-Match` says.
        """
        query, cookies = list[str](), list[str]()
        headers = {"accept": "*/*"}
        secrets = list(carried(self._contract, operation))
        known = {(one.place, one.name) for one in secrets}
        for parameter in operation.parameters:
            name, where = parameter.value.get("name"), parameter.value.get("in")
            if (where, name) in known or parameter.value.get("required") is not True:
                continue  # a credential that is declared twice is sent once
            if not isinstance(name, str) or where == "path":
                continue
            value = tag if name.lower() == "if-match" else self._value(parameter, row)
            if where == "query":
                query.append(in_query(parameter.value, value))
            elif where == "header" and name.lower() not in _NOT_SENT:
                headers[name.lower()] = simple(parameter.value, value)
            elif where == "cookie":
                cookies.append(f"{name}={simple(parameter.value, value)}")
        for one in secrets:
            if one.place == "query":
                query.append(urlencode({one.name: one.value}))
            elif one.place == "cookie":
                cookies.append(f"{one.name}={one.value}")
            else:
                headers[one.name.lower()] = one.value
        if cookies:
            headers["cookie"] = "; ".join(cookies)
        sent = self.body(operation, ids) if body is None else body
        media_type, content = encoded(sent.media_type, sent.value) if sent is not None else ("", b"")
        if media_type:
            headers["content-type"] = media_type
        path, _, own_query = self.target(operation, ids).partition("?")
        target = "?".join(filter(None, (path, "&".join(filter(None, (own_query, *query))))))
        return Request(operation.method, target, headers, content)

    def target(self, operation: Operation, ids: Sequence[Any]) -> str:
        """The path, and the query that stands in it."""
        path = operation.path
        for place, value in zip(places(path), ids, strict=True):
            parameter = operation.in_path(place.name)
            declared = parameter.value if parameter is not None else {}
            mark = {"label": ".", "matrix": f";{place.name}="}.get(str(declared.get("style")), "")
            inner = quote(simple(declared, value), safe="," if isinstance(value, list | dict) else "")
            path = path.replace("{" + place.name + "}", mark + (inner or "1"), 1)
        before, mark, query = path.partition("#")[0].partition("?")
        return quote(before, safe=_IN_PATH) + mark + quote(query, safe=_IN_PATH)

    def body(self, operation: Operation, ids: Sequence[Any] = ()) -> Body | None:
        """The body to send; None where none is taken, or none can be made and none is needed. Raises Unmade.

        One for an item names that item where it names one at all.
        """
        contents = dict(operation.body.get("content").members())
        if not contents:
            return None
        media_type = next(filter(is_json, contents), next(iter(contents)))
        content = contents[media_type]
        try:
            body = Body(media_type, self._sent(media_type, content), content.get("schema"))
            if body.value == [] and operation.method == "POST":
                body = self._with_item(body)
        except Unmade as error:
            if operation.body.value.get("required") is True:
                raise Unmade(f"a body, {error}") from None
            return None
        if ids and ends_with_item(operation.path) and operation.method in ("PUT", "PATCH"):
            return self.named(body, operation.path, ids[-1])
        return body

    def _with_item(self, body: Body) -> Body:
        """A list with one item, where it may have one: an empty list creates nothing."""
        try:
            value = [self.values.of_schema(body.schema.get("items"))]
        except Unmade:
            return body
        return body if self.values.wrong(body.schema, value) else body._replace(value=value)

    def named(self, body: Body, path: str, key: Any) -> Body:
        """The body with the key of the item at `path`, where it has a member for it that takes it."""
        name = key_member(body, path)
        if not name:
            return body
        others = [int(key)] if isinstance(key, str) and key.isdecimal() else []
        made = (body.having(name, one) for one in (key, text(key), *others))
        return next((one for one in made if not self.values.wrong(body.schema, one.value)), body)

    def _value(self, parameter: Node, row: Mapping[str, Any]) -> Any:
        for value in _named(parameter, row):
            if not self.values.wrong(parameter.get("schema"), value):
                return value
        try:
            made = self.values.of(parameter, empty=False)
        except Unmade as error:
            raise Unmade(f"a {parameter.value.get('in')} parameter, {error}") from None
        sizes = _SIZES if made == 0 and plain(parameter.value["name"]) in _SIZE_NAMES else ()
        return next((one for one in sizes if not self.values.wrong(parameter.get("schema"), one)), made)

    def leaves_out(self, operation: Operation, row: Mapping[str, Any], schema: Node | None = None) -> bool:
        """Whether a list can only be asked for other things: of a status, say, that this one has not.

        So it is where things have such a property by their `schema`, and this one shows none, and where a
        text has to be searched for.
        """
        for parameter in operation.parameters:
            if (parameter.value.get("in"), parameter.value.get("required")) != ("query", True):
                continue
            shown = list(_named(parameter, row))
            if not shown and (asked(parameter) in _SEARCHES or may_have(schema, asked(parameter))):
                return True
            if any(self.values.wrong(parameter.get("schema"), value) for value in shown):
                return True
        return False

    def _sent(self, media_type: str, content: Node) -> Any:
        """The value of a body; of a form each member is one that a form can carry. Raises Unmade."""
        value = self.values.of(content)
        if not is_form(media_type) or content.get("schema").value is None:
            return value
        if not isinstance(value, dict):
            raise Unmade("a form whose schema is no object")
        members = content.get("schema", "properties")
        # A form without any member would be no body at all.
        wanted = value or {key: [] for key in islice(members.value or (), 1)}
        return {
            name: self.values.of_schema(members.get(name)) if one in ([], {}) else one
            for name, one in wanted.items()
        }


def _named(parameter: Node, row: Mapping[str, Any]) -> Iterator[Any]:
    """What a row has under the name of a parameter, as `owner.id` is of `owner_id`."""
    name = plain(asked(parameter))
    for key, value in row.items():
        inner = value.items() if isinstance(value, dict) else ()
        named = [(plain(key), value), *((plain(key) + plain(below), one) for below, one in inner)]
        yield from (one for called, one in named if called == name and is_key(one))


def key_member(body: Body, path: str, listed: Iterable[Mapping[str, Any]] = ()) -> str:
    """Which field of a body names the item at `path`; empty where none does.

    Else it is what the things of a list go by.
    """
    place = places(path)[-1]
    shown = (plain(name) for row in listed for name, _ in keys(row, place.name, place.noun))
    names = [*own_names(place.name, place.noun), *islice(shown, 1)]
    called = {plain(name): name for name in body.fields}
    return next((called[one] for one in names if one in called), "")
