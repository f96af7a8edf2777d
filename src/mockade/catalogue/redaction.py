"""Redacts secrets in the journal, the log and exported documents."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from typing import Any, NamedTuple
from urllib.parse import quote, unquote_plus

from mockade.asgi import Headers
from mockade.catalogue.api import Api
from mockade.catalogue.secret_names import (
    HINT,
    is_bare,
    is_credential,
    is_secret_header,
    names_secret,
    without_named,
    without_parts,
    without_quoted,
    words,
)
from mockade.contract.document import Node
from mockade.contract.keywords import PARTS
from mockade.contract.parameters import Parameter
from mockade.contract.properties import properties
from mockade.contract.schema_walk import leads_to, parts, place_of, remembered
from mockade.contract.schemes import REDACTED

_BESIDE = frozenset({"_secret", "_password", "_token"})
"""Names of secrets that are kept beside a row."""

_BESIDE_AS_JSON = tuple(f'"{name}"'.encode() for name in sorted(_BESIDE))

_ALWAYS = frozenset({"authorization", "cookie", "proxy-authorization", "set-cookie", "x-mockade-token"})


_BETWEEN = re.compile(r"([\s\"'<>]+)")
_PAIRS = re.compile(r"([&;])")
_MOST_NESTED = 5
"""How deep addresses are looked for in the queries of others; what lies deeper is left out."""

_USER = re.compile(r"://[^\s/?#\"'<>]*@")
"""For whom an address is called: a user, and maybe a password."""

_OF_ADDRESSES = frozenset(
    {"url", "uri", "hook", "webhook", "callback", "endpoint", "receiver", "target", "notify", "notification"}
)
"""Words in the name of a property whose value is an address to be called: its query is the giver's."""

_SAYS_SECRET = re.compile(
    r"(?i)\b(?:api.?key|secret|token|credential|password|authori[sz]ation code|session)"
)
"""A description of a parameter that is a secret, whatever it is called."""


class Redaction(NamedTuple):
    """What is redacted: headers (in lower case) and query parameters by name, and passwords in bodies.

    With `secrets` so is what has the name of a secret, declared or not, and who and what for in an address.
    """

    header_names: frozenset[str] = _ALWAYS
    query_names: frozenset[str] = frozenset()
    known_names: frozenset[str] = frozenset()
    """Query parameters that a contract has, and of which it does not say that they are secrets."""
    passwords: bool = True
    secrets: bool = True
    credentials: frozenset[str] = frozenset()
    """The secrets of callers that fixtures have."""

    @classmethod
    def of(cls, apis: Collection[Api]) -> Redaction:
        """For the headers and query parameters in which callers of these APIs send secrets."""
        names: dict[str, set[str]] = {"header": set(_ALWAYS), "query": set()}
        known: set[str] = set()
        for api in apis:
            for scheme in api.contract.security_schemes.values():
                if scheme.carrier in names:
                    names[scheme.carrier].add(scheme.field)
            for operation in api.contract.operations:
                for one in operation.parameters:
                    if one.where in names and one.schema is not None and _is_password(one.schema):
                        names[one.where].add(one.name)
                    elif one.where == "query" and not _SAYS_SECRET.search(_description(one)):
                        known.add(one.name)
        headers = frozenset(name.lower() for name in names["header"])
        made = frozenset(
            secret for api in apis for secrets in api.fixtures.credentials.values() for secret in secrets
        )
        return cls(headers, frozenset(names["query"]), frozenset(known), credentials=made)

    def sent(self, headers: Headers) -> frozenset[str]:
        """The secrets that a request's headers carry, without the word that says of what kind they are."""
        texts = ((name.decode("latin-1").lower(), value.decode("latin-1").strip()) for name, value in headers)
        return frozenset(
            text.rpartition(" ")[2]
            for name, text in texts
            if name in self.header_names or is_secret_header(name, text)
        )

    def headers(self, headers: Headers) -> dict[str, str]:
        """By lower-case name; several of one name are joined by commas, as HTTP allows."""
        values: dict[str, str] = {}
        for raw, value in headers:
            name = raw.decode("latin-1").lower()
            text = value.decode("latin-1")
            is_secret = name in self.header_names or (self.secrets and is_secret_header(name, text))
            text = (
                REDACTED if is_secret else self.text_with_addresses(text, mark="?" if "?" in text else "://")
            )
            values[name] = f"{values[name]}, {text}" if name in values else text
        return values

    def query(self, query: str, depth: int = 0) -> str:
        """The query string, undecoded, with secrets redacted, also in the addresses in its values."""
        if not query or not (self.query_names or self.secrets):
            return query
        return "".join(self._pair(pair, depth) for pair in _PAIRS.split(query))

    def _pair(self, pair: str, depth: int) -> str:
        name, equals, value = pair.partition("=")
        if not equals:
            return name
        if self._is_secret(unquote_plus(name)):
            return f"{name}={REDACTED}"
        plain = unquote_plus(value) if self.secrets else ""
        if is_credential(plain):
            return f"{name}={REDACTED}"
        if "?" in plain or "://" in plain:
            told = self._address(plain, depth=depth + 1) if depth < _MOST_NESTED else REDACTED
            value = value if told == plain else quote(told, safe="/:[]")
        return f"{name}={value}"

    def _is_secret(self, name: str) -> bool:
        if name in self.query_names or not self.secrets:
            return name in self.query_names
        return names_secret(name) or (is_bare(name) and name not in self.known_names)

    def named(self, value: Any, name: str = "") -> Any:
        """A copy of `value`, the property `name`, without what has the name of a secret.

        Nor does it have who and what for in the addresses in its texts.
        """
        if not self.secrets:
            return value
        if isinstance(value, dict):
            # `{"token": {"value": "…"}}`: a number in there, such as a lifetime, tells nothing.
            is_secret = names_secret(name)
            return {
                key: self.named(member, name if is_secret and isinstance(member, str | dict | list) else key)
                for key, member in value.items()
            }
        if isinstance(value, list):
            return [self.named(item, name) for item in value]
        if isinstance(value, str | int | float) and not isinstance(value, bool) and names_secret(name):
            return REDACTED
        if not (isinstance(value, str) and "://" in value):
            return value
        return self.text_with_addresses(value, whole_query=not _OF_ADDRESSES.isdisjoint(words(name)))

    def unread(self, text: str, media_type: str) -> str:
        """A body that is no JSON, or none that can be read, without what has the name of a secret."""
        if not self.secrets:
            return text
        if media_type.startswith("multipart/"):
            text = without_parts(text)
        return self.text_with_addresses(without_named(text))

    def sentence(self, text: str, *, is_private: bool = False) -> str:
        """A sentence without secrets in what it quotes: addresses, and objects and lists as JSON.

        These are left out whole where a name in them is that of a secret, and with `is_private` in any case.
        """
        text = self.text_with_addresses(text)
        if not (self.secrets or self.passwords):
            return text
        return without_quoted(text, names=self.secrets, every=is_private)

    def text_with_addresses(self, text: str, *, whole_query: bool = False, mark: str = "://") -> str:
        """A text without users and passwords in its addresses, nor secrets in their queries.

        An address is a word with `mark` in it.
        """
        if not self.secrets or mark not in text:
            return text
        return "".join(
            self._address(word, whole_query=whole_query) if mark in word or "://" in word else word
            for word in _BETWEEN.split(text)
        )

    def _address(self, address: str, *, whole_query: bool = False, depth: int = 0) -> str:
        before, hash, fragment = _USER.sub(f"://{REDACTED}@", address).partition("#")
        place, mark, query = before.partition("?")
        if whole_query:
            query, fragment = query and REDACTED, fragment and REDACTED
        return f"{place}{mark}{self.query(query, depth)}{hash}{self.query(fragment, depth)}"

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

    def json(self, value: Any, schema: Node | None, raw: bytes) -> Any:
        """`value` without what its schema or its name calls a secret, nor who and what for in addresses.

        It is a copy where that may change it; `raw` is the JSON text that it was read from, and tells soon.
        """
        if self.hides(schema, raw):
            value = self.value(value, schema)
        # Marks may be written as escapes.
        if self.secrets and (b"://" in raw or b"\\/" in raw or b"\\u" in raw or HINT.search(raw)):
            value = self.named(value)
        return value

    def hides(self, schema: Node | None, raw: bytes) -> bool:
        """Whether `value` may change a value of this schema, which was read from the JSON text `raw`."""
        if schema is None or not self.passwords:
            return False
        is_private = b"\\u" in raw or any(name in raw for name in _BESIDE_AS_JSON)
        return is_private or holds_passwords(schema)

    def is_secret_parameter(self, parameter: Parameter) -> bool:
        """Whether what stands for a path's parameter is a secret, by its schema or its name."""
        is_password = parameter.schema is not None and _is_password(parameter.schema)
        return (self.passwords and is_password) or (self.secrets and names_secret(parameter.name))

    def is_named_secret(self, path: Iterable[str | int]) -> bool:
        """Whether a step on the way to a value has the name of a secret."""
        return self.secrets and any(isinstance(step, str) and names_secret(step) for step in path)

    def text(self, text: str) -> str:
        """A text that may hold passwords."""
        return REDACTED if self.passwords else text

    @staticmethod
    def _private(name: str, member: Any) -> str:
        """The replacement of a secret that is kept beside a row, which no schema describes; else empty."""
        return REDACTED if name in _BESIDE and member is not None else ""


def _description(parameter: Parameter) -> str:
    """What a contract says of a parameter; empty where it says nothing."""
    document = parameter.source.document
    return Node.at(parameter.source, document.value_at(parameter.source)).text("description") or ""


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


NO_REDACTION = Redaction(frozenset(), passwords=False, secrets=False)
"""Redacts nothing."""
