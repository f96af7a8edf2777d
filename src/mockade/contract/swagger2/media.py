"""Request bodies and responses of Swagger 2.0 as OpenAPI 3.0 has them: by media type."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from mockade.contract.keywords import TABS
from mockade.contract.media_types import FORM
from mockade.contract.swagger2.schemas import SCHEMA_WORDS, flat_schema, moved_ref, schema_of

Pointer = tuple[str | int, ...]

JSON, MULTIPART = "application/json", "multipart/form-data"
_FORMS = (FORM, MULTIPART)

STYLES: dict[str, dict[str, Any]] = {
    "ssv": {"style": "spaceDelimited", "explode": False},
    "tsv": {"style": TABS, "explode": False},
    "pipes": {"style": "pipeDelimited", "explode": False},
    "multi": {"style": "form", "explode": True},
}
"""How OpenAPI says a `collectionFormat`; `csv` is COMMAS."""

COMMAS = {"style": "form", "explode": False}

Origins = dict[Pointer, Pointer]
"""By pointer into what is made, the pointer into the Swagger document that it was made of."""


class BodyPart(NamedTuple):
    """A parameter `in: body` or `in: formData`, and where it stands."""

    name: str
    parameter: Mapping[str, Any]
    origin: Pointer


def request_body(parts: Sequence[BodyPart], consumes: Sequence[str], to: Pointer, origins: Origins) -> Any:
    """The request body that stands at `to`."""
    whole = next((one for one in parts if one.parameter.get("in") == "body"), None)
    if whole is None:
        return _form(parts, consumes, to, origins)
    origins[to] = whole.origin
    parameter = whole.parameter
    media_types = [one for one in consumes if one not in _FORMS] or [JSON]
    for media_type in media_types:
        origins[(*to, "content", media_type, "schema")] = (*whole.origin, "schema")
    media = {"schema": schema_of(parameter.get("schema", {}))}
    body = {"content": dict.fromkeys(media_types, media), "required": parameter.get("required") is True}
    return body | {name: value for name, value in parameter.items() if name == "description"}


def _form(parts: Sequence[BodyPart], consumes: Sequence[str], to: Pointer, origins: Origins) -> Any:
    origins[to] = parts[0].origin
    has_file = any(one.parameter.get("type") == "file" for one in parts)
    media_types = [one for one in consumes if one in _FORMS] or [MULTIPART if has_file else FORM]
    properties: dict[str, Any] = {}
    encoding: dict[str, Any] = {}
    for name, parameter, origin in parts:
        described = {key: value for key, value in parameter.items() if key == "description"}
        properties[name] = {**flat_schema(parameter), **described}
        if parameter.get("type") == "array":
            encoding[name] = STYLES.get(str(parameter.get("collectionFormat")), COMMAS)
        for media_type in media_types:
            origins[(*to, "content", media_type, "schema", "properties", name)] = origin
    required = [one.name for one in parts if one.parameter.get("required") is True]
    schema = {"type": "object", "properties": properties, **({"required": required} if required else {})}
    media = {"schema": schema, **({"encoding": encoding} if encoding else {})}
    return {"content": dict.fromkeys(media_types, media), "required": bool(required)}


def response_of(
    response: Any, produces: Sequence[str], to: Pointer, origin: Pointer, origins: Origins
) -> Any:
    """The response that stands at `to`."""
    if not isinstance(response, dict):
        return response
    if isinstance(response.get("$ref"), str):
        return {"$ref": moved_ref(response["$ref"])}
    kept = {name for name in response if name == "description" or str(name).startswith("x-")}
    made: dict[str, Any] = {"description": "", **{name: response[name] for name in response if name in kept}}
    if to != origin:
        origins[to] = origin
    headers = response.get("headers")
    if isinstance(headers, dict) and headers:
        made["headers"] = {name: _header(header) for name, header in headers.items()}
        for name in headers:
            origins[(*to, "headers", name, "schema")] = (*origin, "headers", name)
    content = _content(response, produces, to, origin, origins)
    return {**made, "content": content} if content else made


def _header(header: Any) -> Any:
    if not isinstance(header, dict):
        return header
    words = SCHEMA_WORDS | {"collectionFormat"}
    others = {name: value for name, value in header.items() if name not in words}
    return {**others, "schema": flat_schema(header)}


def _content(
    response: Mapping[str, Any], produces: Sequence[str], to: Pointer, origin: Pointer, origins: Origins
) -> dict[str, Any]:
    examples = response.get("examples")
    examples = examples if isinstance(examples, dict) else {}
    media: dict[str, Any] = {}
    if "schema" in response:
        media["schema"] = schema_of(response["schema"])
    content: dict[str, Any] = {}
    for media_type in dict.fromkeys([*(produces if media else ()), *examples]):
        content[media_type] = media
        if media:
            origins[(*to, "content", media_type, "schema")] = (*origin, "schema")
        if media_type in examples:
            content[media_type] = {**media, "example": examples[media_type]}
            origins[(*to, "content", media_type, "example")] = (*origin, "examples", media_type)
    return content
