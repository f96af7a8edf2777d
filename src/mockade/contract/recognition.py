"""What a file that is no OpenAPI document is taken for, and what its owner can do about it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, NamedTuple

from mockade.errors import Finding, Place, SetupError


class NotOpenApi(SetupError):
    """A file that is no OpenAPI document of any version; its finding says what it is taken for."""

    def __init__(self, place: Place, what: Recognised) -> None:
        is_fetched = "://" in place.file
        mend = _FETCHED if is_fetched and what.mend.startswith(_EDITS) else what.mend
        super().__init__([Finding(place, what.message, mend, rule="read")])


class Recognised(NamedTuple):
    """A sentence that says what a file is, and one that says what to do."""

    message: str
    mend: str
    key: str = ""
    """The key that gives it away, where it stands at the top of the file."""


_EDITS = ("Write", "Begin", "Save")
"""How sentences begin that tell the owner of a file to change it."""

_FETCHED = "Open the address in a browser: is it that of the document itself?"

_MAGIC = (
    (b"PK\x03\x04", "a ZIP archive"),
    (b"\x1f\x8b", "compressed (gzip)"),
    (b"BZh", "compressed (bzip2)"),
    (b"%PDF-", "a PDF document"),
    (b"\x89PNG", "an image (PNG)"),
    (b"\xff\xd8\xff", "an image (JPEG)"),
    (b"GIF8", "an image (GIF)"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
    (b"SQLite format 3", "a database (SQLite)"),
    (b"\xff\xfe", "text in UTF-16"),
    (b"\xfe\xff", "text in UTF-16"),
)
"""How files begin that are no text in UTF-8, and what they are."""

_EXPORT = "Export or download its OpenAPI document, and serve that."

_MARKUP = re.compile(r"\s*(?:<!--.*?-->\s*)?<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL)
_XML = re.compile(r"\s*(?:\ufeff)?<\?xml\b|\s*<[A-Za-z][\w:.-]*[\s>]")
_WSDL = re.compile(r"<(?:\w+:)?(?:definitions|description)\b[^>]*wsdl", re.DOTALL)
_GRAPHQL = re.compile(r"^\s*(?:type|schema|interface|input|scalar|extend\s+type)\b[^:=]*\{", re.MULTILINE)
_PROTO = re.compile(r'^\s*syntax\s*=\s*"proto[23]"\s*;', re.MULTILINE)
_RAML = re.compile(r"\s*#%RAML\b")
_BLUEPRINT = re.compile(r"\s*FORMAT:\s*1A\b")


def recognise_file(path: Path) -> Recognised | None:
    """What a file is that could not be read as JSON or YAML; None where nothing is known of it."""
    try:
        raw = path.read_bytes()
    except OSError:
        return None
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return _recognise_bytes(raw)
    return recognise_text(text)


def _recognise_bytes(raw: bytes) -> Recognised:
    for magic, kind in _MAGIC:
        if raw.startswith(magic):
            if "UTF-16" in kind:
                return Recognised("This file is text in UTF-16.", "Save it as UTF-8.")
            return Recognised(
                f"This file is {kind}, no OpenAPI document.", "Name the document itself: YAML or JSON."
            )
    if b"\0" in raw[:1024]:
        return Recognised("This file is binary, no OpenAPI document.", "Name the document: YAML or JSON.")
    return Recognised("This file is not UTF-8 text.", "If it is an OpenAPI document, save it as UTF-8.")


def recognise_text(text: str) -> Recognised | None:
    """What a text is that is neither JSON nor YAML of a document; None where nothing is known of it."""
    if not text.strip():
        return Recognised("This file is empty.", "Write an OpenAPI document into it: openapi: 3.0.3 …")
    beginning = text[:20_000]
    if _MARKUP.match(beginning):
        return Recognised(
            "This is a web page (HTML), not an OpenAPI document.",
            "Find the address of the document itself: behind a Swagger UI or Redoc page it is often "
            "/openapi.json, /openapi.yaml, /v3/api-docs or /swagger.json.",
        )
    if _WSDL.search(beginning):
        return Recognised(
            "This is a WSDL description of a SOAP service.", "Mockade serves OpenAPI documents alone."
        )
    if _RAML.match(beginning):
        return Recognised("This is a RAML document.", "Convert it to OpenAPI first.")
    if _BLUEPRINT.match(beginning):
        return Recognised("This is an API Blueprint.", "Convert it to OpenAPI first.")
    if _PROTO.search(beginning):
        return Recognised(
            "This is a Protocol Buffers file.", "Mockade serves OpenAPI documents: generate one from it."
        )
    if _XML.match(beginning):
        return Recognised("This is XML, not an OpenAPI document.", _EXPORT)
    if _GRAPHQL.search(beginning):
        return Recognised("This is a GraphQL schema.", "Mockade serves OpenAPI documents alone.")
    return None


def recognise(data: Any) -> Recognised:
    """What data of JSON or YAML are that have neither `openapi` nor `swagger`."""
    if data is None:
        return Recognised("This file is empty.", "Write an OpenAPI document into it: openapi: 3.0.3 …")
    if not isinstance(data, dict):
        kind = "a list" if isinstance(data, list) else "a single value"
        return Recognised(
            f"This holds {kind}; an OpenAPI document is an object.", "Begin it with: openapi: 3.0.3"
        )
    given = data.get("info")
    info: dict[str, Any] = given if isinstance(given, dict) else {}
    if (
        "_postman_id" in info
        or "getpostman.com" in str(info.get("schema", ""))
        or {"item", "info"} <= data.keys()
    ):
        return Recognised(
            "This is a Postman collection.",
            "Export the API's OpenAPI definition from Postman, or convert the collection to OpenAPI.",
        )
    for known, what in _BY_KEYS:
        if known <= data.keys():
            return what
    misspelt = next((key for key in data if _is_nearly(str(key))), None)
    if misspelt is not None:
        return Recognised(
            f"This document begins with {misspelt!r}, which is nothing.", "Write `openapi`.", str(misspelt)
        )
    return Recognised("This is no OpenAPI document: it has no `openapi`.", "Begin it with: openapi: 3.0.3")


_BY_KEYS: list[tuple[frozenset[str], Recognised]] = [
    (
        frozenset({"asyncapi"}),
        Recognised("This is an AsyncAPI document.", "Mockade serves OpenAPI documents alone."),
    ),
    (frozenset({"_type", "__export_format"}), Recognised("This is an Insomnia export.", _EXPORT)),
    (
        frozenset({"log"}),
        Recognised("This is an HTTP archive (HAR).", "Mockade serves OpenAPI documents, not recordings."),
    ),
    (
        frozenset({"apis", "swaggerVersion"}),
        Recognised("This is a Swagger 1 document.", "Convert it to OpenAPI 3.0 first."),
    ),
    (frozenset({"arazzo"}), Recognised("This is an Arazzo document, which describes workflows.", _EXPORT)),
    (
        frozenset({"overlay"}),
        Recognised("This is an OpenAPI overlay.", "Apply it to its document, and serve that."),
    ),
    (
        frozenset({"smithy"}),
        Recognised("This is a Smithy model.", "Convert it to OpenAPI first (smithy build)."),
    ),
    (
        frozenset({"discoveryVersion", "resources"}),
        Recognised("This is a Google discovery document.", "Convert it to OpenAPI first."),
    ),
    (
        frozenset({"calls", "datatypes"}),
        Recognised(
            "This is an API description in PlayFab's own form, not OpenAPI.",
            "Convert it, or take an OpenAPI document of the service.",
        ),
    ),
    (frozenset({"__schema"}), Recognised("This is a GraphQL introspection result.", _EXPORT)),
    (
        frozenset({"data", "errors"}),
        Recognised("This is an answer of some service, not an OpenAPI document.", _EXPORT),
    ),
    (
        frozenset({"$schema"}),
        Recognised("This is a JSON Schema, not an OpenAPI document.", "Refer to it from one, by $ref."),
    ),
    (frozenset({"dependencies", "name", "version"}), Recognised("This is a package.json.", _EXPORT)),
]
"""What a document is that has all of these keys; the first that fits counts."""


def _is_nearly(key: str) -> bool:
    """Whether a key was most likely meant to be `openapi` or `swagger`."""
    plain = re.sub(r"[^a-z]", "", key.lower())
    for word in ("openapi", "swagger"):
        if plain != word and sorted(plain) == sorted(word):
            return True
        if plain == word and key != word:
            return True
        if abs(len(plain) - len(word)) == 1 and _one_letter_apart(plain, word):
            return True
    return False


def _one_letter_apart(one: str, other: str) -> bool:
    """Whether one text is the other without one letter."""
    long, short = (one, other) if len(one) > len(other) else (other, one)
    return any(long[:at] + long[at + 1 :] == short for at in range(len(long)))
