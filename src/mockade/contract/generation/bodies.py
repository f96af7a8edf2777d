"""Generated bodies of any media type: a value as it is written there, or a small valid file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from mockade.contract.body_writer import (
    EVENTS,
    JSON_LINES,
    YAML,
    encoded,
    event_stream,
    file_format,
    is_html,
    json_lines,
    page_of,
)
from mockade.contract.document import Node
from mockade.contract.generation import binary_samples
from mockade.contract.generation.draws import Draws
from mockade.contract.generation.generator import Generator
from mockade.contract.generation.no_value import NoValueFound
from mockade.contract.generation.row_context import sentence
from mockade.contract.media_types import essence, is_json

_MAKERS: dict[str, Callable[[Draws], bytes]] = {
    "png": binary_samples.png,
    "gif": binary_samples.gif,
    "jpeg": binary_samples.jpeg,
    "webp": binary_samples.webp,
    "bmp": binary_samples.bmp,
    "svg": binary_samples.svg,
    "icon": binary_samples.icon,
    "pdf": lambda draws: binary_samples.pdf(sentence(draws)),
    "archive": lambda draws: binary_samples.archive(sentence(draws)),
    "gzipped": lambda draws: binary_samples.gzipped(sentence(draws)),
    "sound": binary_samples.sound,
}
"""By the format of a file."""


def generate_body(
    generator: Generator,
    media_type: str,
    schema: Node | None,
    *,
    seed: int,
    key: str,
    now: str,
    asked: Mapping[str, Any] | None = None,
) -> bytes:
    """A body of the media type, as small as it is valid; of `schema`'s value where it has one.

    The arguments are those of `Generator.generate`, which raises NoValueFound.
    """
    kind = essence(media_type)
    draws = Draws.of(seed, key)
    file = file_format(kind)
    if file:
        return _MAKERS[file](draws)
    if schema is None:
        return _without_schema(kind, draws)
    request: dict[str, Any] = {"seed": seed, "key": key, "now": now, "asked": asked}
    value = generator.generate(schema, **request) if is_json(kind) else _of_a_form(generator, schema, request)
    return encoded(kind, schema, value)


def _of_a_form(generator: Generator, schema: Node, request: dict[str, Any]) -> Any:
    """A value that fits the schema, else one of its forms: what is no JSON may be of several of them."""
    try:
        return generator.generate(schema, **request)
    except NoValueFound:
        for form in schema.listed("oneOf"):
            with suppress(NoValueFound):
                return generator.generate(form, **request)
        raise


def _without_schema(kind: str, draws: Draws) -> bytes:
    """A body of which the contract says nothing but the media type."""
    words = sentence(draws)
    if is_json(kind):
        return b"{}"
    if kind in JSON_LINES:
        return json_lines(kind, [{}])
    if is_html(kind):
        return page_of(words)
    if kind.endswith(("/xml", "+xml")):
        return f'<?xml version="1.0" encoding="UTF-8"?>\n<root>{words}</root>'.encode()
    if kind == EVENTS:
        return event_stream(words)
    if kind in YAML:
        return b"{}\n"
    if kind in ("text/csv", "application/csv"):
        return b"id,name\r\n1," + words.split()[1].encode() + b"\r\n"
    return words.encode()
