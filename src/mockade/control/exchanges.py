"""Serializes the journal's exchanges as the control API's component Exchange."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import Any
from urllib.parse import unquote

import orjson

from mockade.asgi import Headers
from mockade.catalogue.api import Api
from mockade.catalogue.fixture_rows import to_fixture
from mockade.catalogue.redaction import Redaction, holds_passwords
from mockade.catalogue.secret_paths import secrets_in, without
from mockade.contract.document import Node
from mockade.contract.keywords import TEMPLATE
from mockade.contract.media_types import is_json
from mockade.contract.operations import Operation
from mockade.contract.reading import nests_deeply
from mockade.contract.schemes import REDACTED
from mockade.contract.violations import Violation
from mockade.contract.wording import shown_value
from mockade.state.clock import timestamp
from mockade.state.rows import Stored
from mockade.state.transaction import Change
from mockade.worlds.journal import Exchange

_SHORT = 2
"""Characters of a secret that may stand in a text by chance."""


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
        self._secret_paths = {
            key: pattern
            for key, operation in self._operations.items()
            if (pattern := _secret_path(operation, redaction)) is not None
        }

    def full(self, exchange: Exchange) -> dict[str, Any]:
        entry = self.summary(exchange)
        if exchange.method:
            operation = self._operations.get((exchange.api, exchange.operation))
            entry["request"] |= self._request(exchange, operation)
            entry["response"] |= self._response(exchange, operation)
            hidden = self._path(exchange)[1]
            for change, told in zip(exchange.changes, entry["changes"], strict=True):
                hidden += _hidden_of(change, told["before"], told["after"])
            entry["response"] = _scrubbed(entry["response"], hidden)
            entry["request"] |= _as_bytes(exchange.request_body, entry["request"]["body"])
            entry["response"] |= _as_bytes(exchange.response_body, entry["response"]["body"])
        return entry

    def summary(self, exchange: Exchange, *, changes: bool = True) -> dict[str, Any]:
        """An exchange without headers and bodies; `changes` says whether it has its changes."""
        path, hidden = self._path(exchange)
        request = {
            "method": exchange.method,
            "path": path,
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
            "reason": _without(self._sentence(exchange.reason, exchange), hidden) or None,
            "traceback": exchange.traceback or None,
            "violations": [self._violation(one, exchange, hidden) for one in exchange.violations],
            "notices": [self._violation(one, exchange, hidden) for one in exchange.notices],
            "changes": [self._change(change) for change in exchange.changes] if changes else [],
        }

    def _violation(self, violation: Violation, exchange: Exchange, hidden: Sequence[str]) -> dict[str, Any]:
        told = violation.as_data()
        message = _without(self._sentence(told["message"], exchange, (violation,)), hidden)
        return {**told, "message": message}

    def _sentence(self, text: str, exchange: Exchange, about: Sequence[Violation] | None = None) -> str:
        """What is said of an exchange, without the secrets that it may quote."""
        secret = [
            one
            for one in (exchange.violations if about is None else about)
            if self._redaction.is_named_secret(one.path)
        ]
        operation = self._operations.get((exchange.api, exchange.operation))
        is_private = bool(secret) or (operation is not None and self._is_private(operation))
        text = self._redaction.sentence(text, is_private=is_private)
        for one in secret:
            if isinstance(one.value, str | int | float) and not isinstance(one.value, bool):
                text = text.replace(shown_value(one.value), REDACTED)
        return text

    def _is_private(self, operation: Operation) -> bool:
        """Whether what an operation takes or answers may hold passwords."""
        answers = [one.json for one in operation.responses.values()]
        contents = [*(operation.body.contents.values() if operation.body else ()), *answers]
        hides = self._redaction.passwords
        return hides and any(one is not None and holds_passwords(one.schema) for one in contents)

    def _said(self, value: Any, exchange: Exchange) -> Any:
        """The body of a refusal, which may quote the request."""
        if isinstance(value, dict):
            return {name: self._said(member, exchange) for name, member in value.items()}
        if isinstance(value, list):
            return [self._said(item, exchange) for item in value]
        return self._sentence(value, exchange) if isinstance(value, str) else value

    def _path(self, exchange: Exchange) -> tuple[str, list[str]]:
        """The path without what stands in it for parameters that are secrets, and these."""
        if not exchange.operation:
            return self._undeclared_path(exchange)
        pattern = self._secret_paths.get((exchange.api, exchange.operation))
        found = pattern.search(exchange.path) if pattern is not None else None
        if found is None:
            return exchange.path, []
        path = exchange.path
        for group in range(len(found.groups()), 0, -1):
            path = f"{path[: found.start(group)]}{REDACTED}{path[found.end(group) :]}"
        return path, [unquote(raw) for raw in found.groups()]

    def _undeclared_path(self, exchange: Exchange) -> tuple[str, list[str]]:
        """The same of a path that no contract has: by what it says of itself, and by known secrets."""
        path = exchange.path
        if not self._redaction.secrets:
            return path, []
        sent = self._redaction.sent(exchange.request_headers)
        found = set(secrets_in(path, self._redaction.credentials | sent))
        for pattern in self._secret_paths.values():  # a method that the path does not have
            match = pattern.fullmatch(path)
            found |= set(match.groups()) if match is not None else set()
        # What quotes the path may do so decoded.
        return without(path, found), [*found, *(unquote(one) for one in found)]

    def _request(self, exchange: Exchange, operation: Operation | None) -> dict[str, Any]:
        contents = operation.body.contents if operation and operation.body else {}
        schemas = [content.schema for content in contents.values()]
        schema = next((content.schema for name, content in contents.items() if is_json(name)), None)
        value = body_value(exchange.request_body, exchange.request_headers)
        if isinstance(value, str) and any(map(holds_passwords, schemas)):
            value = self._redaction.text(value)  # a form, or no JSON: their places in it are unknown
        elif isinstance(value, str):
            value = self._redaction.unread(value, content_type(exchange.request_headers))
        return {
            "headers": self._redaction.headers(exchange.request_headers),
            "body": self._redaction.json(value, schema, exchange.request_body or b""),
        }

    def _response(self, exchange: Exchange, operation: Operation | None) -> dict[str, Any]:
        response = operation.response(exchange.status) if operation else None
        content = response.json if response else None
        value = body_value(exchange.response_body, exchange.response_headers)
        if isinstance(value, str):
            value = self._redaction.unread(value, content_type(exchange.response_headers))
        value = self._redaction.json(value, content.schema if content else None, exchange.response_body)
        return {
            "headers": self._redaction.headers(exchange.response_headers),
            "body": self._said(value, exchange) if exchange.violations else value,
        }

    def _change(self, change: Change) -> dict[str, Any]:
        api = self._apis.get(change.api)
        collection = api.collections.get(change.collection) if api else None
        schema = collection.node() if collection else None
        before, after = self._row(change.was, schema), self._row(change.became, schema)
        hidden = _hidden_of(change, before, after)
        parts = change.key.split("/")
        return {
            "api": change.api,
            "collection": change.collection,
            "key": "/".join(REDACTED if unquote(part) in hidden else part for part in parts),
            "before": before,
            "after": after,
        }

    def _row(self, stored: Stored | None, schema: Node | None) -> dict[str, Any] | None:
        if stored is None:
            return None
        row = to_fixture(stored.row())
        raw = orjson.dumps(row) if stored.beside else stored.values
        redacted: dict[str, Any] = self._redaction.json(row, schema, raw)
        return redacted


def _secret_path(operation: Operation, redaction: Redaction) -> re.Pattern[str] | None:
    """A pattern of an operation's path whose groups are secrets; None where it has none."""
    names = {
        one.name for one in operation.parameters if one.where == "path" and redaction.is_secret_parameter(one)
    }
    if not names:
        return None
    parts = TEMPLATE.split(operation.path)
    groups = ["([^/]+)" if name in names else "[^/]+" for name in parts[1::2]]
    whole = "".join(re.escape(text) + group for text, group in zip_longest(parts[::2], groups, fillvalue=""))
    return re.compile(f"{whole}$")


def _without(text: str, hidden: Iterable[str]) -> str:
    """A text without what is hidden, where it stands in it; what is very short only in quotes.

    The longest goes first: one may be part of another.
    """
    for one in sorted(hidden, key=len, reverse=True):
        text = text.replace(one if len(one) > _SHORT else shown_value(one), REDACTED)
    return text


def _hidden_of(
    change: Change, before: Mapping[str, Any] | None, after: Mapping[str, Any] | None
) -> list[str]:
    return [*_hidden_texts(change.was, before), *_hidden_texts(change.became, after)]


def _scrubbed(value: Any, hidden: Sequence[str]) -> Any:
    """An answer without what is hidden, which it may say back in any of its texts."""
    if not hidden:
        return value
    if isinstance(value, dict):
        return {name: _scrubbed(member, hidden) for name, member in value.items()}
    if isinstance(value, list):
        return [_scrubbed(item, hidden) for item in value]
    return REDACTED if value in hidden else _without(value, hidden) if isinstance(value, str) else value


def _hidden_texts(stored: Stored | None, told: Mapping[str, Any] | None) -> Iterator[str]:
    """The values of a row's properties that are not told."""
    if stored is None or told is None or REDACTED not in told.values():
        return
    for name, value in to_fixture(stored.row()).items():
        if told[name] == REDACTED and isinstance(value, str | int):
            yield str(value)


def content_type(headers: Headers) -> str:
    value = next((value for name, value in headers if name == b"content-type"), b"")
    return value.decode("latin-1").strip().lower()


def body_value(raw: bytes | None, headers: Headers) -> Any:
    """A body's JSON value, its text where it is no JSON, None where there is no body."""
    if not raw:
        return None
    kind = content_type(headers)
    if (not kind or is_json(kind)) and not nests_deeply(raw):
        try:
            return orjson.loads(raw)
        except orjson.JSONDecodeError:
            return raw.decode("utf-8", "backslashreplace")
    return raw.decode("utf-8", "backslashreplace")


def _as_bytes(raw: bytes | None, told: Any) -> dict[str, str]:
    """The bytes of a body that is no text, unless the text that stands for them hides some."""
    if not raw or not isinstance(told, str):
        return {}
    try:
        raw.decode()
    except UnicodeDecodeError:
        if told == raw.decode("utf-8", "backslashreplace"):
            return {"body_base64": b64encode(raw).decode()}
    return {}
