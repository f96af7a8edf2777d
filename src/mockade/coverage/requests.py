"""Marks what a request shows: how it was let in, its parameters, and its body."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl, unquote

import orjson

from mockade.asgi import cookie_values
from mockade.contract.body_values import body_value, chosen_content
from mockade.contract.deep_objects import Misread
from mockade.contract.forms import undecoded
from mockade.contract.media_types import FORM
from mockade.contract.multipart import MOST_FIELDS
from mockade.contract.parameters import Parameter
from mockade.contract.reading import nests_deeply
from mockade.contract.schemes import REDACTED
from mockade.contract.violations import ABSENT
from mockade.coverage.exchange import CountedExchange
from mockade.coverage.items import OperationItems, ParameterItems, Secret
from mockade.coverage.marking import is_done, mark_value
from mockade.errors import EngineRefusal

LONGEST = 2 * 1024 * 1024
"""Bytes of a body that is read to be counted."""

_Texts = Mapping[str, Sequence[str]]


class RequestMarker:
    """Marks in `states` what one request shows of its operation, as `state`."""

    def __init__(self, items: OperationItems, states: bytearray, state: int) -> None:
        self._items = items
        self._states = states
        self._state = state

    def mark(self, request: CountedExchange) -> bool:
        """Mark all that there is; whether the body was short enough to be read."""
        items = self._items
        self._mark(0)
        if is_done(self._states, 1, items.request_end, self._state):
            return True
        scope = {"headers": request.request_headers}
        headers: dict[str, list[str]] = {}
        for name, value in request.request_headers:
            headers.setdefault(name.decode("latin-1").lower(), []).append(value.decode("latin-1"))
        query, cookies = self._query(request.query), cookie_values(scope)
        self._mark_security({"header": headers, "query": query, "cookie": cookies})
        self._mark_path(request.path)
        for one in items.parameters["query"]:
            given = (
                self._left_for(one.parameter, query)
                if one.parameter.spread
                else query.get(one.parameter.name)
            )
            self._mark_parameter(one, given)
        for one in items.parameters["header"]:
            self._mark_parameter(one, headers.get(one.parameter.name.lower()))
        for one in items.parameters["cookie"]:
            self._mark_parameter(one, cookies.get(one.parameter.name))
        return self._mark_body(headers, request.request_body or b"")

    def _mark(self, number: int) -> None:
        self._states[number] = max(self._states[number], self._state)

    def _mark_security(self, carriers: Mapping[str, _Texts]) -> None:
        asked = [secret for one in self._items.security for secret in one.secrets]
        carried = False
        for one in self._items.security:
            if one.secrets and all(
                _carries(carriers[secret.carrier], secret, asked) for secret in one.secrets
            ):
                self._mark(one.number)
                carried = True
        for one in self._items.security:
            if not one.secrets and not carried:
                self._mark(one.number)

    def _mark_path(self, path: str) -> None:
        listed = self._items.parameters["path"]
        found = self._items.path.search(path) if self._items.path is not None else None
        raw = dict(zip(self._items.names, found.groups(), strict=True)) if found is not None else {}
        for one in listed:
            text = raw.get(one.parameter.name)
            self._mark(one.number)
            if text is not None:
                self._mark_parameter(one, [text if one.parameter.raw else unquote(text)])

    def _query(self, query: str) -> dict[str, list[str]]:
        texts: dict[str, list[str]] = {}
        if not query or query.count("&") >= MOST_FIELDS:
            return texts
        for name, text in parse_qsl(query, keep_blank_values=True, errors="replace"):
            texts.setdefault(name, []).append(text)
        raw = {one.parameter.name for one in self._items.parameters["query"] if one.parameter.raw}
        return texts | undecoded(query, raw) if raw else texts

    def _left_for(self, parameter: Parameter, texts: _Texts) -> dict[str, Sequence[str]]:
        """What may be members of a parameter that stands under several names."""
        others = self._items.known_query - {parameter.name, *parameter.declared}
        takes = parameter.reading.takes
        return {name: values for name, values in texts.items() if name not in others and takes(name)}

    def _mark_parameter(self, one: ParameterItems, given: Sequence[str] | _Texts | None) -> None:
        if not given:
            return
        self._mark(one.number)
        schema = one.schema
        if schema is not None and not is_done(self._states, schema.first, schema.end, self._state):
            value = _value(one.parameter, given)
            if value is not ABSENT:
                mark_value(schema, value, self._states, self._state)

    def _mark_body(self, headers: _Texts, raw: bytes) -> bool:
        body, encodings = self._items.operation.body, headers.get("content-encoding", ["identity"])
        if body is None or encodings != ["identity"]:
            return True
        full = headers.get("content-type", [""])[0]
        media_type = full.partition(";")[0].strip().lower()
        if not raw and not (media_type == FORM and FORM in body.contents):
            return True
        chosen = chosen_content(body.contents, media_type)
        if chosen is None:
            return True
        name, content = chosen
        _, number, schema = self._items.contents[name]
        self._mark(number)
        if schema is None or is_done(self._states, schema.first, schema.end, self._state):
            return True
        if len(raw) > LONGEST:
            return False
        full = full if media_type else content.media_type
        media_type = media_type or full.partition(";")[0].lower()
        try:
            value = body_value(raw, media_type, full, content, [])
        except EngineRefusal:
            return True
        return value is ABSENT or mark_value(schema, value, self._states, self._state)


def _carries(texts: _Texts, secret: Secret, asked: Sequence[Secret]) -> bool:
    """Whether the credential of a scheme came, among those that an operation takes."""
    value = next(iter(texts.get(secret.field, ())), None)
    if value is None:
        return False
    if value == REDACTED:  # it may have been that of another scheme in its place
        return all(one == secret for one in asked if one[:2] == secret[:2])
    return value[: len(secret.prefix)].lower() == secret.prefix


def _value(parameter: Parameter, given: Sequence[str] | _Texts) -> Any:
    """What was given for a parameter, and no more than that; ABSENT where it cannot be read."""
    if isinstance(given, Mapping):
        texts: Any = {name: list(values) for name, values in given.items()}
        return _styled(parameter, texts)
    if not parameter.json:
        return _styled(parameter, list(given))
    raw = (unquote(given[-1]) if parameter.where == "cookie" and "%" in given[-1] else given[-1]).encode()
    try:
        return ABSENT if nests_deeply(raw) else orjson.loads(raw)
    except orjson.JSONDecodeError:
        return ABSENT


def _styled(parameter: Parameter, given: Any) -> Any:
    try:
        value = parameter.reading.read(given, [])
    except Misread:
        value = ABSENT
    is_fine = value is not ABSENT and (parameter.validator is None or parameter.validator.admits(value))
    if is_fine or not parameter.raw or isinstance(given, dict):
        return value
    try:
        return parameter.reading.read_encoded(given, [])
    except Misread:
        return value
