"""A small API to serve: widgets that are listed, created, read, replaced, changed and deleted, with a key."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from benchmarks.reliability.homes import make_home
from benchmarks.reliability.served import CONTROL, Client

KEY = {"X-Key": "a-key"}
ROWS = f"{CONTROL}/state/shop/widgets"

_ID = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
_LIMIT = {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1}}
_WIDGET = {"$ref": "#/components/schemas/Widget"}


def _json(schema: Any) -> dict[str, Any]:
    return {"content": {"application/json": {"schema": schema}}}


def _answers(**schemas: Any) -> dict[str, Any]:
    return {
        status.removeprefix("s"): {"description": "", **(_json(schema) if schema else {})}
        for status, schema in schemas.items()
    }


def contract() -> dict[str, Any]:
    sent = {"requestBody": {"required": True, **_json(_WIDGET)}}
    patch = {"type": "object", "properties": {"name": {"type": "string"}}}
    listed = {"type": "array", "items": _WIDGET}
    return {
        "openapi": "3.0.3",
        "info": {"title": "Shop", "version": "1"},
        "security": [{"key": []}],
        "paths": {
            "/widgets": {
                "get": {"parameters": [_LIMIT], "responses": _answers(s200=listed)},
                "post": {**sent, "responses": _answers(s201=_WIDGET)},
            },
            "/widgets/{id}": {
                "parameters": [_ID],
                "get": {"responses": _answers(s200=_WIDGET)},
                "put": {**sent, "responses": _answers(s200=_WIDGET)},
                "patch": {"requestBody": _json(patch), "responses": _answers(s200=_WIDGET)},
                "delete": {"responses": _answers(s204=None)},
            },
        },
        "components": {
            "securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "X-Key"}},
            "schemas": {
                "Widget": {
                    "type": "object",
                    "required": ["id", "name"],
                    "properties": {"id": {"type": "string"}, "name": {"type": "string"}},
                }
            },
        },
    }


def home(folder: Path, rows: int = 0, size: int = 1) -> str:
    """A folder that serves it, with so many rows of so many bytes at the start."""
    fixtures = {
        "credentials": {"key": {KEY["X-Key"]: {"caller": "somebody"}}},
        "widgets": [{"id": f"w{number}", "name": "x" * size} for number in range(rows)],
    }
    files = {"specs/shop.json": json.dumps(contract()), "fixtures/shop.yaml": json.dumps(fixtures)}
    return make_home(folder / "shop", files)


def row(number: int, size: int) -> dict[str, str]:
    """Row number so and so, which nobody can take for another or for a part of itself."""
    return {"id": f"n{number}", "name": f"{number}:{'x' * size}:{number}"}


class Torn(Exception):
    """A state file that is not whole."""


def saved(file: Path) -> dict[str, dict[str, str]]:
    """The rows that a state file holds, by their ids. Raises Torn."""
    try:
        data = file.read_bytes()
    except FileNotFoundError:
        return {}
    try:
        document = json.loads(data)
        widgets = document["worlds"].get("default", {}).get("apis", {}).get("shop", {}).get("widgets", [])
        return {one["id"]: one for one in widgets}
    except (ValueError, LookupError, TypeError) as error:
        raise Torn(f"The state file is torn: {error!r}, {len(data):,} bytes.") from error


def served(client: Client) -> dict[str, dict[str, str]]:
    """The rows that a server has, by their ids."""
    found: dict[str, dict[str, str]] = {}
    after: str | None = ""
    while after is not None:
        page = json.loads(client.ask("GET", f"{ROWS}?limit=1000{f'&after={after}' if after else ''}").body)
        found |= {one["id"]: one for one in page["rows"]}
        after = page["next"]
    return found
