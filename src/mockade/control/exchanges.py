"""Serializes the journal's exchanges as the control API's component Exchange."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from mockade.asgi import Headers
from mockade.catalogue.api import Api
from mockade.catalogue.fixture_rows import to_fixture
from mockade.catalogue.redaction import Redaction, holds_passwords
from mockade.contract.document import Node
from mockade.contract.media_types import is_json
from mockade.contract.operations import Operation
from mockade.contract.reading import nests_deeply
from mockade.contract.violations import Violation
from mockade.state.clock import timestamp
from mockade.state.rows import Stored
from mockade.state.transaction import Change
from mockade.worlds.journal import Exchange


class ExchangeSerializer:
    """Serializes exchanges as the component Exchange, without what `redaction` hides."""

    def __init__(self, apis: Mapping[str, Api], redaction: Redaction) -> None:
        self._apis = apis
        self._redaction = redaction
        self._operations = {
            (stem, operation.id): operation
            for stem, api in apis.items()
            for operation in api.contract.operations
        }

    def full(self, exchange: Exchange) -> dict[str, Any]:
        entry = self.summary(exchange)
        if exchange.method:
            operation = self._operations.get((exchange.api, exchange.operation))
            entry["request"] |= self._request(exchange, operation)
            entry["response"] |= self._response(exchange, operation)
        return entry

    def summary(self, exchange: Exchange, *, changes: bool = True) -> dict[str, Any]:
        """An exchange without headers and bodies; `changes` says whether it has its changes."""
        request = {
            "method": exchange.method,
            "path": exchange.path,
            "query": self._redaction.query(exchange.query),
        }
        is_request = bool(exchange.method)
        return {
            "id": exchange.id,
            "time": timestamp(exchange.began),
            "world": exchange.world,
            "api": exchange.api or None,
            "operation": exchange.operation or None,
            "caller": exchange.caller or None,
            "request": request if is_request else None,
            "response": {"status": exchange.status or None} if is_request else None,
            "answered_by": exchange.answered_by,
            "reason": self._redaction.text_with_addresses(exchange.reason) or None,
            "traceback": exchange.traceback or None,
            "violations": [self._violation(one) for one in exchange.violations],
            "notices": [self._violation(one) for one in exchange.notices],
            "changes": [self._change(change) for change in exchange.changes] if changes else [],
        }

    def _violation(self, violation: Violation) -> dict[str, Any]:
        told = violation.as_data()
        return {**told, "message": self._redaction.text_with_addresses(told["message"])}

    def _request(self, exchange: Exchange, operation: Operation | None) -> dict[str, Any]:
        contents = operation.body.contents if operation and operation.body else {}
        schemas = [content.schema for content in contents.values()]
        schema = next((content.schema for name, content in contents.items() if is_json(name)), None)
        value = body_value(exchange.request_body, exchange.request_headers)
        if isinstance(value, str) and any(map(holds_passwords, schemas)):
            value = self._redaction.text(value)  # a form, or no JSON: their places in it are unknown
        return {
            "headers": self._redaction.headers(exchange.request_headers),
            "body": self._redaction.json(value, schema, exchange.request_body or b""),
        }

    def _response(self, exchange: Exchange, operation: Operation | None) -> dict[str, Any]:
        response = operation.response(exchange.status) if operation else None
        content = response.json if response else None
        value = body_value(exchange.response_body, exchange.response_headers)
        return {
            "headers": self._redaction.headers(exchange.response_headers),
            "body": self._redaction.json(value, content.schema if content else None, exchange.response_body),
        }

    def _change(self, change: Change) -> dict[str, Any]:
        api = self._apis.get(change.api)
        collection = api.collections.get(change.collection) if api else None
        schema = collection.node() if collection else None
        return {
            "api": change.api,
            "collection": change.collection,
            "key": change.key,
            "before": self._row(change.was, schema),
            "after": self._row(change.became, schema),
        }

    def _row(self, stored: Stored | None, schema: Node | None) -> dict[str, Any] | None:
        if stored is None:
            return None
        row = to_fixture(stored.row())
        raw = orjson.dumps(row) if stored.beside else stored.values
        redacted: dict[str, Any] = self._redaction.json(row, schema, raw)
        return redacted


def body_value(raw: bytes | None, headers: Headers) -> Any:
    """A body's JSON value, its text where it is no JSON, None where there is no body."""
    if not raw:
        return None
    content_type = next((value for name, value in headers if name == b"content-type"), b"")
    if (not content_type or is_json(content_type.decode("latin-1"))) and not nests_deeply(raw):
        try:
            return orjson.loads(raw)
        except orjson.JSONDecodeError:
            return raw.decode("utf-8", "backslashreplace")
    return raw.decode("utf-8", "backslashreplace")
