"""Holds answers of RallyHere's operations against the facts of the vendor's newest published schemas."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import jsonschema_rs

from tests.apis.rallyhere_facts import TABLE

ADDED = ("304", "404")
"""The statuses that we have and the vendor's lists of responses lack; tests hold that list."""


@cache
def table() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(TABLE.read_text(encoding="utf-8"))
    return found


def _schema(facts: Any) -> Any:
    """Facts as a JSON schema, which has no property that the facts do not have."""
    if isinstance(facts, list):
        return [_schema(one) for one in facts]
    if not isinstance(facts, dict):
        return facts
    if "component" in facts and isinstance(facts["component"], str):
        return {"$ref": f"#/$defs/{facts['component']}"}
    schema = {name: _schema(value) for name, value in facts.items() if name != "default"}
    if schema.get("format") == "semver":
        del schema["format"]
    if isinstance(schema.get("properties"), dict) and "additionalProperties" not in schema:
        schema["additionalProperties"] = False
    return schema


@cache
def _validator(operation: str, status: str) -> Any:
    responses = table()["operations"][operation]["responses"]
    facts = responses[status]["application/json"] if status in responses else {"component": "HzApiErrorModel"}
    definitions = {name: _schema(one) for name, one in table()["components"].items()}
    return jsonschema_rs.validator_for({**_schema(facts), "$defs": definitions}, validate_formats=True)


def assert_published(operation: str, answer: Any) -> None:
    """The answer has a status, a body and headers that the vendor publishes for the operation."""
    status = str(answer.status_code)
    published = table()["operations"][operation]["responses"]
    assert status in published or status in ADDED, (operation, status, answer.text)
    wanted = published.get(status, {})
    for name in wanted:
        if name.startswith("header "):
            assert name.removeprefix("header ") in answer.headers, (operation, name)
    if "application/json" not in wanted and (status in published or status == "304"):
        assert answer.content == b"", (operation, answer.text)
        return
    errors = [
        f"{list(one.instance_path)}: {one.message}"
        for one in _validator(operation, status).iter_errors(answer.json())
    ]
    assert errors == [], (operation, status, answer.text)
