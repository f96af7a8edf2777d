"""Redacts secrets in the journal, the log and exported documents."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple
from urllib.parse import unquote_plus

from mockade.asgi import Headers
from mockade.catalogue.api import Api
from mockade.contract.document import Node
from mockade.contract.keywords import PARTS
from mockade.contract.properties import properties
from mockade.contract.schema_walk import leads_to, parts, place_of, remembered

REDACTED = "[redacted]"
"""Takes the place of a secret."""

_BESIDE = frozenset({"_secret", "_password", "_token"})
"""Names of secrets that are kept beside a row."""

_ALWAYS = frozenset({"authorization", "cookie", "proxy-authorization", "set-cookie", "x-mockade-token"})


class Redaction(NamedTuple):
    """What is redacted: headers (in lower case) and query parameters by name, and passwords in bodies."""

    header_names: frozenset[str] = _ALWAYS
    query_names: frozenset[str] = frozenset()
    passwords: bool = True

    @classmethod
    def of(cls, apis: Iterable[Api]) -> Redaction:
        """For the headers and query parameters in which callers of these APIs send secrets."""
        names: dict[str, set[str]] = {"header": set(_ALWAYS), "query": set()}
        for api in apis:
            for scheme in api.contract.security_schemes.values():
                if scheme.carrier in names:
                    names[scheme.carrier].add(scheme.field)
            for operation in api.contract.operations:
                for one in operation.parameters:
                    if one.where in names and one.schema is not None and _is_password(one.schema):
                        names[one.where].add(one.name)
        return cls(frozenset(name.lower() for name in names["header"]), frozenset(names["query"]))

    def headers(self, headers: Headers) -> dict[str, str]:
        """By lower-case name; several of one name are joined by commas, as HTTP allows."""
        values: dict[str, str] = {}
        for raw, value in headers:
            name = raw.decode("latin-1").lower()
            text = REDACTED if name in self.header_names else value.decode("latin-1")
            values[name] = f"{values[name]}, {text}" if name in values else text
        return values

    def query(self, query: str) -> str:
        """The query string, undecoded, with secrets redacted."""
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
        if _is_password(schema):
            return None if value is None else REDACTED
        if isinstance(value, dict):
            known, others = properties(schema), schema.get("additionalProperties")
            return {
                name: self._private(name, member) or self.value(member, known.get(name, others))
                for name, member in value.items()
            }
        if isinstance(value, list):
            return [self.value(item, schema.get("items")) for item in value]
        return value

    def text(self, text: str) -> str:
        """A text that may hold passwords."""
        return REDACTED if self.passwords else text

    @staticmethod
    def _private(name: str, member: Any) -> str:
        """The replacement of a secret that is kept beside a row, which no schema describes; else empty."""
        return REDACTED if name in _BESIDE and member is not None else ""


@remembered
def _is_password(schema: Node) -> bool:
    """Whether a schema, or one of its parts and alternatives, says that its value is a password."""
    return any(part.text("format") == "password" for part in parts(schema, *PARTS))


def holds_passwords(schema: Node | None) -> bool:
    """Whether a value of this schema can hold what `Redaction.value` redacts."""
    if schema is None:
        return False
    return leads_to(schema, _members, place_of, _is_password, schema.document.memo(holds_passwords))


def _members(schema: Node) -> Iterator[Node]:
    yield from (node for key in ("items", "additionalProperties") if (node := schema.get(key)) is not None)
    yield from properties(schema).values()


NO_REDACTION = Redaction(frozenset(), frozenset(), passwords=False)
"""Redacts nothing."""
