"""A journal's entries as the control API tells them, and how they compare with what somebody looks for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, unquote

import orjson

from mockade.api import Api
from mockade.clock import timestamp
from mockade.contract.document import Node
from mockade.contract.operations import Operation, is_json
from mockade.contract.reading import nests_deeply
from mockade.forms import fixture_form
from mockade.journal import Exchange, Headers
from mockade.redaction import OPEN, Redaction
from mockade.store import Change, Stored


class Teller:
    """Tells exchanges as the contract's component Exchange; `redaction` says what it keeps to itself."""

    def __init__(self, apis: Mapping[str, Api], redaction: Redaction) -> None:
        self._apis = apis
        self._redaction = redaction
        self._operations = {
            (stem, operation.id): operation
            for stem, api in apis.items()
            for operation in api.contract.operations
        }

    def told(self, exchange: Exchange) -> dict[str, Any]:
        gist = self.gist(exchange)
        if exchange.method:
            operation = self._operations.get((exchange.api, exchange.operation))
            gist["request"] |= self._request(exchange, operation)
            gist["response"] |= self._response(exchange, operation)
        return gist

    def gist(self, exchange: Exchange, *, changes: bool = True) -> dict[str, Any]:
        """An exchange without headers and bodies, and without its changes where they are not wanted."""
        request = {
            "method": exchange.method,
            "path": exchange.path,
            "query": self._redaction.query(exchange.query),
        }
        asked = bool(exchange.method)
        return {
            "id": exchange.id,
            "time": timestamp(exchange.began),
            "world": exchange.world,
            "api": exchange.api or None,
            "operation": exchange.operation or None,
            "caller": exchange.caller or None,
            "request": request if asked else None,
            "response": {"status": exchange.status or None} if asked else None,
            "answered_by": exchange.answered_by,
            "reason": exchange.reason or None,
            "traceback": exchange.traceback or None,
            "violations": [violation.as_data() for violation in exchange.violations],
            "notices": [notice.as_data() for notice in exchange.notices],
            "changes": [self._change(change) for change in exchange.changes] if changes else [],
        }

    def _request(self, exchange: Exchange, operation: Operation | None) -> dict[str, Any]:
        contents = operation.body.contents if operation and operation.body else {}
        schema = next((content.schema for name, content in contents.items() if is_json(name)), None)
        value = body_value(exchange.request_body, exchange.request_headers)
        return {
            "headers": self._redaction.headers(exchange.request_headers),
            "body": self._redaction.value(value, schema),
        }

    def _response(self, exchange: Exchange, operation: Operation | None) -> dict[str, Any]:
        response = operation.response(exchange.status) if operation else None
        content = response.json() if response else None
        value = body_value(exchange.response_body, exchange.response_headers)
        return {
            "headers": self._redaction.headers(exchange.response_headers),
            "body": self._redaction.value(value, content.schema if content else None),
        }

    def _change(self, change: Change) -> dict[str, Any]:
        api = self._apis.get(change.api)
        shelf = api.shelves.get(change.collection) if api else None
        schema = shelf.schema() if shelf else None
        return {
            "api": change.api,
            "collection": change.collection,
            "key": change.key,
            "before": self._row(change.was, schema),
            "after": self._row(change.became, schema),
        }

    def _row(self, stored: Stored | None, schema: Node | None) -> dict[str, Any] | None:
        return self._redaction.value(fixture_form(stored.row()), schema) if stored else None


def body_value(raw: bytes | None, headers: Headers) -> Any:
    """What a body says: its JSON where it is some, else its text; None where there is none."""
    if not raw:
        return None
    given = next((value for name, value in headers if name == b"content-type"), b"")
    if (not given or is_json(given.decode("latin-1"))) and not nests_deeply(raw):
        try:
            return orjson.loads(raw)
        except orjson.JSONDecodeError:
            return raw.decode("utf-8", "backslashreplace")
    return raw.decode("utf-8", "backslashreplace")


class Difference(NamedTuple):
    """One way in which an exchange is not what is wanted."""

    aspect: str
    """Which of the wanted things it is about: method, path, body, …"""
    sentence: str


def differences(wanted: Mapping[str, Any], exchange: Exchange) -> Iterator[Difference]:
    """In which ways an exchange is not what is wanted (the body of `findExchanges`); none for a match."""
    for name in ("caller", "status"):
        if name in wanted and wanted[name] != getattr(exchange, name):
            yield _differs(name, name, wanted[name], getattr(exchange, name))
    if "method" in wanted and wanted["method"].upper() != exchange.method:
        yield _differs("method", "method", wanted["method"].upper(), exchange.method)
    if "operation" in wanted and not is_operation(exchange, wanted["operation"]):
        yield _differs("operation", "operation", wanted["operation"], exchange.operation)
    if "path" in wanted and unquote(wanted["path"]) != unquote(exchange.path):
        yield _differs("path", "path", wanted["path"], exchange.path)
    given = parse_qsl(exchange.query, keep_blank_values=True) if "query" in wanted else []
    for name, value in wanted.get("query", {}).items():
        if (name, value) not in given:
            yield _differs("query", f"query {name}", value, next((v for n, v in given if n == name), None))
    headers = OPEN.headers(exchange.request_headers) if "headers" in wanted else {}
    for name, value in wanted.get("headers", {}).items():
        if headers.get(name.lower()) != value:
            yield _differs("headers", f"header {name}", value, headers.get(name.lower()))
    if "body" in wanted:
        body = body_value(exchange.request_body, exchange.request_headers)
        for sentence in _body_differences(wanted["body"], body, "body"):
            yield Difference("body", sentence)


def is_operation(exchange: Exchange, name: str) -> bool:
    """Whether `name` is the exchange's operationId, alone or behind its API's stem."""
    return name in (exchange.operation, f"{exchange.api}.{exchange.operation}")


def _body_differences(wanted: Any, given: Any, at: str) -> Iterator[str]:
    """An object may hold more than is wanted of it; a list is compared item by item."""
    if isinstance(wanted, dict) and isinstance(given, dict):
        for name, value in wanted.items():
            if name in given:
                yield from _body_differences(value, given[name], f"{at}/{name}")
            else:
                yield f"{at}/{name}: {_shown(value)} is wanted, and it is not there"
    elif isinstance(wanted, list) and isinstance(given, list) and len(wanted) == len(given):
        for position, (one, other) in enumerate(zip(wanted, given, strict=True)):
            yield from _body_differences(one, other, f"{at}/{position}")
    elif wanted != given or isinstance(wanted, bool) is not isinstance(given, bool):
        yield _sentence(at, wanted, given)


def _differs(aspect: str, what: str, wanted: Any, given: Any) -> Difference:
    return Difference(aspect, _sentence(what, wanted, given))


def _sentence(what: str, wanted: Any, given: Any) -> str:
    return f"{what}: {_shown(wanted)} is wanted, and it is {_shown(given)}"


def _shown(value: Any) -> str:
    text = orjson.dumps(value).decode()
    return text if len(text) <= 200 else f"{text[:200]}…"
