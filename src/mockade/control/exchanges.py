"""A journal's entries as the control API tells them, and how they compare with what somebody looks for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, unquote

import orjson

from mockade.api import Api
from mockade.clock import timestamp
from mockade.contract.document import Node
from mockade.contract.operations import Operation, is_json
from mockade.contract.reading import nests_deeply
from mockade.contract.violations import ABSENT
from mockade.forms import fixture_form
from mockade.journal import Exchange, Headers
from mockade.redaction import Redaction, holds_passwords
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
        schemas = [content.schema for content in contents.values()]
        schema = next((content.schema for name, content in contents.items() if is_json(name)), None)
        value = body_value(exchange.request_body, exchange.request_headers)
        if isinstance(value, str) and any(map(holds_passwords, schemas)):
            value = self._redaction.text(value)  # a form, or no JSON: nobody can tell where in it they are
        return {
            "headers": self._redaction.headers(exchange.request_headers),
            "body": self._redaction.value(value, schema),
        }

    def _response(self, exchange: Exchange, operation: Operation | None) -> dict[str, Any]:
        response = operation.response(exchange.status) if operation else None
        content = response.json if response else None
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


MOST_DIFFERENCES = 20
"""Of one exchange that are looked for: one that differs in more is not near."""


class Difference(NamedTuple):
    """One way in which an exchange is not what is wanted."""

    aspect: str
    """Which of the wanted things it is about: method, path, body, …"""
    at: str
    """Where in it."""
    wanted: Any
    given: Any
    """ABSENT where there is none."""

    def sentence(self) -> str:
        given = "it is not there" if self.given is ABSENT else f"it is {_shown(self.given)}"
        return f"{self.at}: {_shown(self.wanted)} is wanted, and {given}"


def differences(wanted: Mapping[str, Any], entry: Mapping[str, Any]) -> list[Difference]:
    """The first ways in which an entry is not what is wanted; both in the forms of the contract."""
    return list(islice(_differences(wanted, entry), MOST_DIFFERENCES))


def _differences(wanted: Mapping[str, Any], entry: Mapping[str, Any]) -> Iterator[Difference]:
    request = entry["request"]
    given = {"caller": entry["caller"], "status": entry["response"]["status"], "method": request["method"]}
    asked = {**wanted, "method": wanted["method"].upper()} if "method" in wanted else wanted
    for name, value in given.items():
        if name in asked and asked[name] != value:
            yield Difference(name, name, asked[name], value)
    names = (entry["operation"], f"{entry['api']}.{entry['operation']}")
    if "operation" in wanted and wanted["operation"] not in names:
        yield Difference("operation", "operation", wanted["operation"], entry["operation"])
    if "path" in wanted and unquote(wanted["path"]) != unquote(request["path"]):
        yield Difference("path", "path", wanted["path"], request["path"])
    pairs = parse_qsl(request["query"], keep_blank_values=True) if wanted.get("query") else []
    for name, value in wanted.get("query", {}).items():
        if (name, value) not in pairs:
            yield Difference("query", f"query {name}", value, dict(pairs).get(name, ABSENT))
    for name, value in wanted.get("headers", {}).items():
        there = request["headers"].get(name.lower(), ABSENT)
        if there != value:
            yield Difference("headers", f"header {name}", value, there)
    if "body" in wanted:
        yield from _body_differences(wanted["body"], request["body"], "body")


def told_differences(
    found: Sequence[Difference], wanted: Mapping[str, Any], shown: Mapping[str, Any]
) -> list[str]:
    """The differences in sentences, out of the entry as it is shown: without what is redacted in it."""
    told = {one.at: one.sentence() for one in _differences(wanted, shown)}
    return [told.get(one.at, f"{one.at}: another is wanted") for one in found]


def is_operation(exchange: Exchange, name: str) -> bool:
    """Whether `name` is the exchange's operationId, alone or behind its API's stem."""
    return name in (exchange.operation, f"{exchange.api}.{exchange.operation}")


def _body_differences(wanted: Any, given: Any, at: str) -> Iterator[Difference]:
    """An object may hold more than is wanted of it; a list is compared item by item."""
    if isinstance(wanted, dict) and isinstance(given, dict):
        for name, value in wanted.items():
            if name in given:
                yield from _body_differences(value, given[name], f"{at}/{name}")
            else:
                yield Difference("body", f"{at}/{name}", value, ABSENT)
    elif isinstance(wanted, list) and isinstance(given, list) and len(wanted) == len(given):
        for position, (one, other) in enumerate(zip(wanted, given, strict=True)):
            yield from _body_differences(one, other, f"{at}/{position}")
    elif wanted != given or isinstance(wanted, bool) is not isinstance(given, bool):
        yield Difference("body", at, wanted, given)


def _shown(value: Any) -> str:
    text = orjson.dumps(value).decode()
    return text if len(text) <= 200 else f"{text[:200]}…"
