"""What tells that a client was made for another state of the contract: deprecated words, another version."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl

import orjson

from mockade.contract.reading import nests_deeply
from mockade.contract.violations import Violation
from mockade.usage.calls import VERSION_HEADERS, UsedCall, notice
from mockade.usage.operation_facts import Property

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}")
_VERSION = re.compile(r"v?([0-9]+(?:\.[0-9]+)*)(?=$|[-+ ])", re.IGNORECASE)

_MOST = 20
"""Deprecated properties of one body that are told."""


def deprecated(call: UsedCall) -> Iterator[Violation]:
    """What the request uses that the contract calls deprecated, and what the answer says of it in headers."""
    facts, exchange = call.facts, call.exchange
    if facts.deprecated is not None:
        message = f"{exchange.operation} is deprecated: it will go."
        yield notice("deprecated", (), message, facts.deprecated, "path")
    elif b"deprecation" in call.told or b"sunset" in call.told:
        sunset = call.told.get(b"sunset", b"").decode("latin-1")
        until = f" and will go at {sunset}" if sunset else ""
        name = "deprecation" if b"deprecation" in call.told else "sunset"
        message = f"The answer's headers say that this is deprecated{until}."
        source = facts.response_source(exchange.status, name)
        yield notice("deprecated", (name,), message, source, "response")
    if facts.parameters:
        names = {name for name, _ in parse_qsl(exchange.query, keep_blank_values=True)}
        headers = {name.decode("latin-1") for name, _ in exchange.request_headers}
        for (where, name), source in facts.parameters.items():
            if name in (names if where == "query" else headers if where == "header" else ()):
                message = f"The parameter {name!r} is deprecated."
                yield notice(
                    "deprecated", (name,), message, source, "header" if where == "header" else "query"
                )
    body = exchange.request_body
    if facts.properties and body and not nests_deeply(body):
        try:
            value = orjson.loads(body)
        except orjson.JSONDecodeError:
            return
        for count, found in enumerate(_sent(value, facts.properties, ())):
            if count < _MOST:
                yield found


def _sent(value: Any, known: Mapping[str, Property], path: tuple[str, ...]) -> Iterator[Violation]:
    if isinstance(value, list):
        for item in value:
            yield from _sent(item, known, path)
    elif isinstance(value, dict):
        for name, one in known.items():
            if name in value:
                if one.source is not None:
                    message = f"The property {name!r} is deprecated."
                    yield notice("deprecated", (*path, name), message, one.source, "body")
                yield from _sent(value[name], one.below, (*path, name))


def other_version(call: UsedCall) -> Iterator[Violation]:
    """The request names a version that is not the contract's; its first parts alone will do."""
    for raw in VERSION_HEADERS & call.sent.keys():
        name, said = raw.decode("latin-1"), call.sent[raw].decode("latin-1").strip()
        version, source = call.facts.version()
        is_declared = any(
            one.where == "header" and one.name.lower() == name for one in call.facts.operation.parameters
        )
        if version and said and not is_declared and not _agree(said, version):
            message = (
                f"The client was made for version {said[:40]}, and the contract is {version}. Make it anew."
            )
            yield notice("version", (name,), message, source)


def _agree(said: str, version: str) -> bool:
    """Whether two versions can be one: of numbers as many as both have; a date says nothing of numbers."""
    numbers, others = _numbers(said), _numbers(version)
    if not (numbers or others):
        return said == version
    return not (numbers and others) or all(one == other for one, other in zip(numbers, others, strict=False))


def _numbers(text: str) -> list[str]:
    """Those of `v2.1.0-beta`; none of a date, or of a name."""
    found = None if _DATE.match(text) else _VERSION.match(text)
    return found[1].split(".") if found else []
