"""Small contracts, put together by the tests that need them."""

from __future__ import annotations

import pickle
import re
from functools import lru_cache
from typing import Any

import yaml

Dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
"""The one that is fast, where PyYAML was built with it."""

WIDGET = {
    "type": "object",
    "required": ["id", "name"],
    "properties": {"id": {"type": "string"}, "name": {"type": "string"}, "size": {"type": "integer"}},
}
REF = {"$ref": "#/components/schemas/Widget"}


def body(schema: Any) -> dict[str, Any]:
    return {"content": {"application/json": {"schema": schema}}}


def answers(status: int, schema: Any = None, **more: Any) -> dict[str, Any]:
    return {
        "responses": {status: {"description": "", **(body(schema) if schema is not None else {}), **more}}
    }


def path_parameters(path: str, types: dict[str, str]) -> list[dict[str, Any]]:
    names = re.findall(r"\{([^{}]+)\}", path)
    return [
        {"name": name, "in": "path", "required": True, "schema": {"type": types.get(name, "string")}}
        for name in names
    ]


def contract(
    paths: dict[str, dict[str, Any]], schemas: dict[str, Any] | None = None, *, types: Any = None, **more: Any
) -> str:
    """An OpenAPI document of `paths`; their path parameters are strings, or what `types` says."""
    for path, item in paths.items():
        item["parameters"] = path_parameters(path, types or {})
    components = {"schemas": {"Widget": WIDGET, **(schemas or {})}}
    document = {"openapi": "3.0.3", "info": {"title": "T", "version": "1"}, "paths": paths}
    whole = {**document, "components": components, **more}
    return _written(pickle.dumps(whole))


@lru_cache(maxsize=64)
def _written(pickled: bytes) -> str:
    """As YAML; most tests write one contract for each of their cases."""
    return yaml.dump(pickle.loads(pickled), Dumper=Dumper, sort_keys=False)


def crud(path: str, schema: Any = None, given: Any = None) -> dict[str, dict[str, Any]]:
    """A collection path and its item path with all that can be done there."""
    row = schema or REF
    sent = given or {"type": "object", "properties": {"id": {"type": "string"}, "name": {"type": "string"}}}
    return {
        path: {
            "get": answers(200, {"type": "array", "items": row}),
            "post": {"requestBody": body(sent), **answers(201, row)},
        },
        path + "/{id}": {
            "get": answers(200, row),
            "put": {"requestBody": body(sent), **answers(200, row)},
            "patch": {"requestBody": body({"type": "object"}), **answers(200, row)},
            "delete": answers(204),
        },
    }


WIDGETS = "widgets: [{id: w1, name: One}, {id: w2, name: Two, size: 2}]"


def tagged(**more: Any) -> str:
    """A contract of widgets whose GET and PUT of one document an ETag, and `more` answers."""
    etag = {"ETag": {"schema": {"type": "string"}}}
    paths = crud("/widgets")
    for method in ("get", "put"):
        paths["/widgets/{id}"][method]["responses"][200]["headers"] = etag
        paths["/widgets/{id}"][method]["responses"] |= more
    return contract(paths)


NOT_MODIFIED = {"304": {"description": "as before"}}
