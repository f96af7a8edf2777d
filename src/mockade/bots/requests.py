"""Requests as they are sent: parameters in the contract's styles, credentials by its security schemes."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

import orjson

from mockade.bots.expressions import written
from mockade.contract.media_types import is_form, is_json
from mockade.contract.operations import Operation
from mockade.contract.parameters import Parameter
from mockade.contract.schemes import Scheme

_SEPARATORS = {"spaceDelimited": " ", "pipeDelimited": "|"}
_MARKS = {"label": ".", "matrix": ";"}


class Request(NamedTuple):
    """A request, whole but for what stands before the API's paths."""

    operation: Operation
    path: str
    """With its query."""
    headers: Mapping[str, str]
    content: bytes
    """Empty where there is no body."""


def make_request(
    operation: Operation,
    parameters: Mapping[str, Any],
    body: Any,
    media_type: str,
    carried: Mapping[Scheme, str],
) -> Request:
    """`parameters` are values by name, `carried` secrets; without a media type no body is sent."""
    path = operation.path
    query: list[tuple[str, str]] = []
    headers: dict[str, str] = {}
    cookies: list[str] = []
    for parameter in operation.parameters:
        if parameter.name not in parameters:
            continue
        value = parameters[parameter.name]
        if parameter.where == "path":
            path = path.replace(f"{{{parameter.name}}}", _in_path(parameter, value))
        elif parameter.where == "query":
            query += _pairs(parameter, value)
        elif parameter.where == "cookie":
            cookies += [f"{name}={quote(text)}" for name, text in _pairs(parameter, value)]
        else:
            headers[parameter.name] = _joined(parameter, value)
    for scheme, secret in carried.items():
        if scheme.carrier == "query":
            query.append((scheme.field, secret))
        elif scheme.carrier == "cookie":
            cookies.append(f"{scheme.field}={secret}")
        else:
            headers[scheme.field] = _in_header(scheme, secret)
    if cookies:
        headers["Cookie"] = "; ".join(cookies)
    if media_type:
        headers["Content-Type"] = media_type
    fixed = [(name, value or "") for name, value in operation.pairs]
    named = urlencode([*fixed, *query])
    return Request(operation, f"{path}?{named}" if named else path, headers, _content(body, media_type))


def _content(body: Any, media_type: str) -> bytes:
    if not media_type:
        return b""
    if is_json(media_type):
        return orjson.dumps(body)
    if isinstance(body, dict) and is_form(media_type):
        return urlencode({name: _form_value(one) for name, one in body.items()}, doseq=True).encode()
    return written(body).encode()


def _form_value(value: Any) -> Any:
    return [written(one) for one in value] if isinstance(value, list) else written(value)


def _in_header(scheme: Scheme, secret: str) -> str:
    if scheme.is_basic:
        return f"Basic {b64encode(secret.encode()).decode()}"
    return f"{scheme.word} {secret}" if scheme.word else f"{scheme.prefix}{secret}"


def _in_path(parameter: Parameter, value: Any) -> str:
    text = quote(_joined(parameter, value), safe=",=;." if isinstance(value, dict | list) else "")
    mark = _MARKS.get(parameter.style, "")
    return f";{parameter.name}={text}" if mark == ";" else f"{mark}{text}"


def _joined(parameter: Parameter, value: Any) -> str:
    """The value in one text, as `simple` has it."""
    if parameter.json:
        return orjson.dumps(value).decode()
    if isinstance(value, list):
        return _SEPARATORS.get(parameter.style, ",").join(map(written, value))
    if isinstance(value, dict):
        sign = "=" if parameter.explode else ","
        return ",".join(f"{name}{sign}{written(one)}" for name, one in value.items())
    return written(value)


def _pairs(parameter: Parameter, value: Any) -> Iterator[tuple[str, str]]:
    """The value under the names that it has in a query."""
    if parameter.json or not isinstance(value, list | dict):
        yield parameter.name, _joined(parameter, value)
    elif parameter.style == "deepObject":
        yield from _deep(parameter.name, value)
    elif not parameter.explode:
        yield parameter.name, _joined(parameter, value)
    elif isinstance(value, list):
        yield from ((parameter.name, written(one)) for one in value)
    else:
        yield from ((name, written(one)) for name, one in value.items())


def _deep(name: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, member in value.items():
            yield from _deep(f"{name}[{key}]", member)
    elif isinstance(value, list):
        for position, item in enumerate(value):
            yield from _deep(f"{name}[{position}]", item)
    else:
        yield name, written(value)
