"""Keeps secrets out of what is told: the journal, the log, and documents that are taken away."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_plus

from mockade.api import Api
from mockade.contract.document import Node
from mockade.fields import properties
from mockade.journal import Headers

REDACTED = "[redacted]"
"""What stands where a secret was."""

_ALWAYS = frozenset({"authorization", "cookie", "proxy-authorization", "set-cookie", "x-mockade-token"})


@dataclass(frozen=True, slots=True)
class Redaction:
    """What is kept back: headers (in lower case) and query parameters by name, and passwords in bodies."""

    header_names: frozenset[str] = _ALWAYS
    query_names: frozenset[str] = frozenset()
    passwords: bool = True

    @classmethod
    def of(cls, apis: Iterable[Api]) -> Redaction:
        """What callers of these APIs send their secrets in."""
        schemes = [scheme for api in apis for scheme in api.contract.security_schemes.values()]
        return cls(
            _ALWAYS | {one.field.lower() for one in schemes if one.carrier == "header"},
            frozenset(one.field for one in schemes if one.carrier == "query"),
        )

    def headers(self, headers: Headers) -> dict[str, str]:
        """By lower-case name; several of one name are joined by commas, as HTTP allows."""
        told: dict[str, str] = {}
        for raw, value in headers:
            name = raw.decode("latin-1").lower()
            text = REDACTED if name in self.header_names else value.decode("latin-1")
            told[name] = f"{told[name]}, {text}" if name in told else text
        return told

    def query(self, query: str) -> str:
        """A query string, undecoded but for what is redacted."""
        if not self.query_names:
            return query
        pairs = (pair.partition("=") for pair in query.split("&"))
        return "&".join(
            name + equals + (REDACTED if unquote_plus(name) in self.query_names else value)
            for name, equals, value in pairs
        )

    def value(self, value: Any, schema: Node | None) -> Any:
        """A copy of `value` without what its schema calls a password (`format: password`)."""
        if schema is None or not self.passwords:
            return value
        if isinstance(value, dict):
            known = properties(schema)
            return {name: self.value(member, known.get(name)) for name, member in value.items()}
        if isinstance(value, list):
            return [self.value(item, schema.get("items")) for item in value]
        secret = isinstance(schema.value, dict) and schema.value.get("format") == "password"
        return REDACTED if secret and isinstance(value, str) else value


def holds_passwords(schema: Node | None, above: frozenset[str] = frozenset()) -> bool:
    """Whether a value of this schema can hold what `Redaction.value` keeps back."""
    if schema is None or schema.source.ref in above:
        return False
    if isinstance(schema.value, dict) and schema.value.get("format") == "password":
        return True
    below = above | {schema.source.ref}
    return any(
        holds_passwords(member, below) for member in (*properties(schema).values(), schema.get("items"))
    )


OPEN = Redaction(frozenset(), frozenset(), passwords=False)
"""Keeps nothing back: for whoever asked to see secrets."""
