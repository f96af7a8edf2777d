"""Requests as they are sent: parameters in the contract's styles, credentials by its security schemes."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import quote_plus, urlencode

import orjson

from mockade.contract.media_types import is_form, is_json
from mockade.contract.operations import Operation
from mockade.contract.schemes import Scheme
from mockade.contract.style_writer import in_cookies, in_header, in_path, in_query, text_of

_PLAIN = {"path": "simple", "query": "form", "header": "simple", "cookie": "form"}
"""The style in which a text stands as it is, for what travels as JSON."""


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
    query = [(quote_plus(name), quote_plus(value or "")) for name, value in operation.pairs]
    headers: dict[str, str] = {}
    cookies: list[tuple[str, str]] = []
    for parameter in operation.parameters:
        name, style, explode = parameter.name, parameter.style, parameter.explode
        if name not in parameters:
            continue
        value = parameters[name]
        if parameter.json:
            value, style = orjson.dumps(value).decode(), _PLAIN[parameter.where]
        if parameter.where == "path":
            path = path.replace(f"{{{name}}}", in_path(name, style, explode, value))
        elif parameter.where == "query":
            query += in_query(name, style, explode, value)
        elif parameter.where == "cookie":
            cookies += in_cookies(name, style, explode, value)
        else:
            headers[name] = in_header(explode, value)
    for scheme, secret in carried.items():
        if scheme.carrier == "query":
            query.append((quote_plus(scheme.field), quote_plus(secret)))
        elif scheme.carrier == "cookie":
            cookies.append((scheme.field, secret))
        else:
            headers[scheme.field] = _in_header(scheme, secret)
    if cookies:
        headers["Cookie"] = "; ".join(map("=".join, cookies))
    if media_type:
        headers["Content-Type"] = media_type
    named = "&".join(map("=".join, query))
    return Request(operation, f"{path}?{named}" if named else path, headers, _content(body, media_type))


def _content(body: Any, media_type: str) -> bytes:
    if not media_type:
        return b""
    if is_json(media_type):
        return orjson.dumps(body)
    if isinstance(body, dict) and is_form(media_type):
        return urlencode({name: _form_value(one) for name, one in body.items()}, doseq=True).encode()
    return text_of(body).encode()


def _form_value(value: Any) -> Any:
    return [text_of(one) for one in value] if isinstance(value, list) else text_of(value)


def _in_header(scheme: Scheme, secret: str) -> str:
    if scheme.is_basic:
        return f"Basic {b64encode(secret.encode()).decode()}"
    return f"{scheme.word} {secret}" if scheme.word else f"{scheme.prefix}{secret}"
