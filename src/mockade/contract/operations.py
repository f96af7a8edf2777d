"""A document's operations, compiled once: what each takes, what it may answer, who may call it.

Nobody changes them; what they remember (`cached_property`, `ValidBodies`) is about the contract
alone and no world's. They are not frozen: making thousands of frozen ones takes a twentieth of the time in
which a large contract is loaded.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from mockade.contract.document import Node, Source
from mockade.contract.encodings import Encoding
from mockade.contract.headers import Header
from mockade.contract.media_types import is_form, is_json
from mockade.contract.normalizer import Normalizer
from mockade.contract.normalizer_registry import NormalizerRegistry
from mockade.contract.parameters import Parameter
from mockade.contract.properties import properties
from mockade.contract.samples import examples
from mockade.contract.validators import Validator
from mockade.contract.violations import ABSENT

NO_BODY = frozenset({204, 205, 304})
"""Statuses whose answers have no body, whatever a contract lists."""

MORE_METHODS = frozenset(
    {"ACL", "BIND", "CHECKOUT", "COPY", "LINK", "LOCK", "M-SEARCH", "MERGE", "MKACTIVITY", "MKCALENDAR"}
    | {"MKCOL", "MOVE", "NOTIFY", "PROPFIND", "PROPPATCH", "PURGE", "REBIND", "REPORT", "SEARCH", "SOURCE"}
    | {"SUBSCRIBE", "UNBIND", "UNLINK", "UNLOCK", "UNSUBSCRIBE"}
)
"""The methods besides that the HTTP parser knows (OpenAPI 3.2: `additionalOperations`)."""


_OF_RANGES = {
    "*": "application/json",
    "application": "application/json",
    "text": "text/plain",
    "image": "image/png",
    "audio": "audio/wav",
    "video": "video/mp4",
    "font": "font/woff2",
}
"""By the first word of a range of media types: the one that is sent."""


class ValidBodies(dict[bytes, tuple[bytes, str]]):
    """Bodies that were found to keep the contract, with their entity tags: few, and none that is long.

    What is read again and again is checked and fingerprinted once, so that such a read takes 0.8 of the time,
    and is one object in all of a journal's entries.
    """

    MOST = 32
    LONGEST = 4096

    def keep(self, body: bytes, tag: str) -> tuple[bytes, str]:
        """Remember a body. Returns what stands for it from now on."""
        kept = body, tag
        if len(body) <= self.LONGEST:
            if len(self) >= self.MOST:
                self.clear()  # in one step: servers in several threads may share a contract
            self[body] = kept
        return kept


@dataclass(eq=False)
class Content:
    """A media type of a body: its schema, which is compiled when it is first needed, and its example."""

    media_type: str
    schema: Node | None
    media: Node
    normalizers: NormalizerRegistry

    @cached_property
    def source(self) -> Source:
        return self.media.source

    @property
    def words(self) -> Source:
        """Where the contract says what it holds: its schema, else itself."""
        return self.schema.source if self.schema is not None else self.source

    @cached_property
    def validator(self) -> Validator | None:
        return self.normalizers.validator(self.schema) if self.schema else None

    @cached_property
    def normalizer(self) -> Normalizer | None:
        return self.normalizers.normalizer(self.schema) if self.schema else None

    @cached_property
    def examples(self) -> Mapping[str, Node]:
        """By name; the media type's own example, and its schema's, have the empty name."""
        return examples(self.media, self.schema)

    @cached_property
    def encodings(self) -> Mapping[str, Encoding]:
        """By property, how it is written in a form or in parts, where the contract says so."""
        carrier: Literal["form", "part"] = "form" if is_form(self.media_type) else "part"
        declared = properties(self.schema)
        return {
            name: Encoding(name, node, declared.get(name), carrier, self.normalizers)
            for name, node in self.media.members("encoding")
            if isinstance(node.value, dict)
        }

    @cached_property
    def sent_as(self) -> str:
        """The media type that an answer of it has: its own, or one of a range such as `image/*`."""
        if "*" not in self.media_type:
            return self.media_type
        first = self.media_type.partition("/")[0].strip().lower()
        words = self.schema.value if self.schema is not None else None
        if first in ("*", "application") and isinstance(words, dict) and words.get("format") == "binary":
            return "application/octet-stream"
        return _OF_RANGES.get(first, f"{first}/octet-stream")

    @cached_property
    def is_json(self) -> bool:
        """Whether an answer of it is JSON."""
        return is_json(self.sent_as)

    @cached_property
    def valid_bodies(self) -> ValidBodies:
        """Answers of it that need no check any more."""
        return ValidBodies()

    @property
    def example(self) -> Any:
        """The first example's value, ABSENT when there is none."""
        return next((node.value for node in self.examples.values()), ABSENT)


@dataclass(frozen=True, slots=True)
class Body:
    """What an operation takes as its request body."""

    required: bool
    contents: Mapping[str, Content]
    source: Source


@dataclass(eq=False)
class Response:
    """One documented answer; `status` is as the contract writes it: 200, 4XX or default."""

    status: str
    contents: Mapping[str, Content]
    headers: Mapping[str, Header]
    source: Source
    """Where it is described, which other operations may share,"""
    listing: tuple[Node, str] | None = None
    """and the operation that lists it, with the key there."""

    @property
    def listed(self) -> Source:
        """Where its operation lists it."""
        if self.listing is None:
            return self.source
        operation, key = self.listing
        return operation.source.child("responses", key)

    @cached_property
    def json(self) -> Content | None:
        """Its JSON content, one with a schema before one without, or None."""
        found = [content for content in self.contents.values() if content.is_json]
        return next((one for one in found if one.schema is not None), next(iter(found), None))

    @cached_property
    def other(self) -> Content | None:
        """Its first content that is not JSON, or None."""
        return next((content for content in self.contents.values() if not content.is_json), None)

    @cached_property
    def content(self) -> Content | None:
        """The content that is answered with: JSON, else the first; None where no body is documented."""
        return self.json or next(iter(self.contents.values()), None)

    @cached_property
    def choices(self) -> dict[tuple[str, bool], Any]:
        """By an Accept, and whether the body is bytes: what was found to fit it."""
        return {}


@dataclass(eq=False)
class Operation:
    """One method on one path. `id` is the contract's operationId, or one made from method and path."""

    api: str
    id: str
    method: str
    path: str
    parameters: tuple[Parameter, ...]
    body: Body | None
    responses: Mapping[str, Response]
    security: tuple[Mapping[str, tuple[str, ...]], ...]
    """Alternatives; each maps scheme names to the scopes asked. Empty: anyone may call."""
    permissions: frozenset[str]
    """What a caller must hold one of (`x-permissions`, any and self together); empty: nothing."""
    max_body: int
    """Bytes that its body may have (`x-max-body`), where that is more than the server allows; else 0."""
    source: Source
    raw_body: bool = False
    """Whether its body is handed on as it came, in bytes (`x-raw-body`): of the control API alone."""
    bases: tuple[str, ...] | None = None
    """The paths of `servers` of its own, or of its path; None: those of the whole document."""
    mark: str = ""
    """What its key in `paths` has behind the path, `?` or `#` and more; what tells it from others there."""
    pairs: tuple[tuple[str, str | None], ...] = ()
    """What the query of its requests holds by that; None where the value is open."""

    @property
    def path_options(self) -> dict[str, list[str]]:
        """The values of its path parameters that can have only some, by name."""
        found = {}
        for one in self.parameters:
            words = one.schema.value if one.where == "path" and one.schema is not None else None
            options = words.get("enum") if isinstance(words, dict) else None
            if isinstance(options, list) and all(isinstance(option, str) for option in options):
                found[one.name] = options
        return found

    @property
    def shown_path(self) -> str:
        """Its path as its document writes it."""
        return self.path + self.mark

    @cached_property
    def not_served(self) -> bool:
        """Whether the vendor has it and the mock is known not to (`x-not-served`): no answer is made up."""
        value = self.source.document.value_at(self.source)
        return isinstance(value, dict) and value.get("x-not-served") is True

    @cached_property
    def idempotency_header(self) -> str:
        """The header parameter that names a request which may come again; empty where there is none.

        It is told by its name, or by what its description says of it.
        """
        if self.method in ("GET", "HEAD", "OPTIONS"):
            return ""
        headers = [one for one in self.parameters if one.where == "header"]
        named = [one.name for one in headers if "idempoten" in one.name.lower()]
        described = [
            one.name
            for one in headers
            if one.name.lower().endswith(("id", "key", "token")) and "idempoten" in _described(one)
        ]
        return next(iter(named + described), "")

    @cached_property
    def success(self) -> int:
        """The status of an answer that does not choose its own: the first 2xx that is listed.

        Without one it is what the contract does document: a redirection, else 200 by default, else the first
        error. It is 200 where nothing is documented.
        """
        listed = [status for status in self.responses if status != "default"]
        for kind in ("2", "3", "default", "4", "5"):
            if kind == "default" and kind in self.responses:
                return 200
            statuses = [_number(status) for status in listed if status[:1] == kind]
            if statuses:
                # Nothing was asked that could be unchanged: 304 is an answer of last resort.
                return next((one for one in statuses if one != 304), 304)
        return 200

    def response(self, status: int) -> Response | None:
        """What the contract documents for `status`, by number, by range, or by default."""
        return (
            self.responses.get(str(status))
            or self.responses.get(f"{status // 100}XX")
            or self.responses.get("default")
        )

    def documents(self, status: int) -> bool:
        return self.response(status) is not None


def _described(parameter: Parameter) -> str:
    """What the contract says of a parameter in words, in lower case."""
    words = parameter.holder.value
    return str(words.get("description", "")).lower() if isinstance(words, dict) else ""


def _number(status: str) -> int:
    """A documented status as a number; of a range such as 3XX the one that is answered with."""
    if status.isdecimal():
        return int(status)
    return 302 if status[0] == "3" else int(status[0]) * 100
