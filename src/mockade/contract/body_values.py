"""The value of a body as its media type says, and the content of the contract that it came as."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from mockade.contract.coercion import coerced, types_of
from mockade.contract.document import Source
from mockade.contract.forms import form_value, lenient, multipart_value
from mockade.contract.media_types import FORM, is_json
from mockade.contract.operations import Content
from mockade.contract.reading import DEEPEST, nests_deeply, not_json
from mockade.contract.repeated_keys import repeated_keys, sentence_of
from mockade.contract.violations import ABSENT, Violation


def chosen_content(contents: Mapping[str, Content], given: str) -> tuple[str, Content] | None:
    """The content that a media type (in lower case, without parameters) chooses, with the contract's name.

    The first where none is `given`; None where it is none of them, of their ranges, nor kin to JSON.
    """
    if not given:
        return next(iter(contents.items()), None)
    if given in contents:
        return given, contents[given]
    major = given.partition("/")[0]
    for name in (given, f"{major}/*", "*/*"):
        for media_type, content in contents.items():
            if media_type.partition(";")[0].strip() == name:
                return media_type, content
    for media_type, content in contents.items():
        if given.endswith("+json") and media_type.startswith("application/json"):
            return media_type, content
    return None


def body_value(
    raw: bytes, media_type: str, content_type: str, content: Content, found: list[Violation]
) -> Any:
    """The value of a body that is there; ABSENT where it is none of its media type.

    `media_type` is that of the `content_type`, which is as it came, or the contract's where none came.
    `found` takes what is wrong, and remarks. Refuses a form and a multipart body that cannot be read.
    """
    if is_json(media_type):
        value, violations = json_value(raw, content.source)
        found += violations
        return value
    if media_type == FORM:
        return form_value(raw, content, found)
    if media_type.startswith("multipart/"):
        return multipart_value(content_type, raw, content, found)
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        text = raw.decode("latin-1")
    return coerced(text, types_of(content.schema).own)


def json_value(raw: bytes, source: Source) -> tuple[Any, list[Violation]]:
    """The value of JSON text, ABSENT with a violation when it is none or nests too deeply."""
    if nests_deeply(raw):
        message = f"The JSON is nested more than {DEEPEST} levels deep."
        return ABSENT, [Violation("body", (), "json", message, source=source)]
    try:
        value = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        message = f"The body {not_json(error)} at line {error.lineno}, column {error.colno}."
        return ABSENT, [Violation("body", (), "json", message, source=source)]
    return value, [lenient((), key, sentence_of(key, "body"), source) for key in repeated_keys(raw, value)]
