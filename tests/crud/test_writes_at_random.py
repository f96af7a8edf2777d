"""A request that keeps its own schema is never refused, whatever the schema of a row asks, nor a 500.

Holds `crud/completion.py` by chance; `tests/crud/test_writes.py` holds the cases.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.contracts import contract, crud
from tests.harness import Mock

Drawn = tuple[dict[str, Any], Any]
"""A schema, and a value that fits it."""

TEXTS = st.sampled_from(["", "a", "7", "1.5", "true", "usd", "2026-01-05", "x y"])


def of(schema: dict[str, Any], *values: Any) -> st.SearchStrategy[Drawn]:
    return st.sampled_from(values).map(lambda value: (schema, value))


PLAIN: st.SearchStrategy[Drawn] = st.one_of(
    TEXTS.map(lambda text: ({"type": "string"}, text)),
    of({"type": "string", "enum": ["usd", "gbp"]}, "usd", "gbp"),
    of({"type": "string", "enum": ["USD", "EUR", ""]}, "USD", ""),
    of({"type": "string", "format": "date-time"}, "2026-01-05T00:00:00Z"),
    of({"type": "string", "format": "date"}, "2026-01-05"),
    of({"type": "string", "format": "uri"}, "https://example.com/"),
    of({"type": "string", "pattern": "^[A-Z]{3}-[0-9]{2}$"}, "ABC-12"),
    of({"type": "string", "minLength": 3, "maxLength": 4}, "abc", "1234"),
    of({"type": "integer"}, 0, 7, -1),
    of({"type": "integer", "minimum": 10, "maximum": 12}, 10, 12),
    of({"type": "number"}, 1.5, 2, 0),
    of({"type": "boolean"}, True, False),
    of({"type": "string", "nullable": True}, None, "a"),
    of({}, None, 3, "a", [1], {"a": 1}),
)


@st.composite
def objects(draw: st.DrawFn, inner: st.SearchStrategy[Drawn]) -> Drawn:
    members = draw(st.dictionaries(st.sampled_from(["id", "name", "kind", "size"]), inner, max_size=3))
    needed = [name for name in members if draw(st.booleans())]
    schema: dict[str, Any] = {"type": "object", "properties": {name: one[0] for name, one in members.items()}}
    schema |= {"required": needed} if needed else {}
    schema |= {"additionalProperties": False} if draw(st.booleans()) else {}
    return schema, {name: one[1] for name, one in members.items() if name in needed or draw(st.booleans())}


def lists(inner: st.SearchStrategy[Drawn]) -> st.SearchStrategy[Drawn]:
    def listed(one: Drawn, count: int, least: int) -> Drawn:
        return {"type": "array", "items": one[0], "minItems": least}, [one[1]] * max(count, least)

    return st.builds(listed, inner, st.integers(0, 2), st.integers(0, 1))


def choices(inner: st.SearchStrategy[Drawn]) -> st.SearchStrategy[Drawn]:
    return st.builds(lambda one, other: ({"anyOf": [one[0], other[0]]}, one[1]), inner, inner)


ANY = st.recursive(PLAIN, lambda inner: st.one_of(objects(inner), lists(inner), choices(inner)), max_leaves=4)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("home") / "specs"
    made.mkdir()
    return made


@settings(max_examples=12, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(ANY, ANY, st.booleans(), st.booleans()), min_size=6, max_size=6))
def test_a_valid_write_succeeds_and_is_kept(
    folder: Path, drawn: list[tuple[Drawn, Drawn, bool, bool]]
) -> None:
    paths: dict[str, Any] = {}
    for at, (asked, shown, is_required, is_closed) in enumerate(drawn):
        row = {"type": "object", "properties": {"id": {"type": "string"}, "it": shown[0]}}
        row |= {"required": ["id", "it"]} if is_required else {}
        row |= {"additionalProperties": False} if is_closed else {}
        sent = {"type": "object", "properties": {"it": asked[0], "more": {"type": "string"}}}
        paths |= crud(f"/things{at}", row, sent)
        body = paths[f"/things{at}/{{id}}"]["put"]["requestBody"]
        paths[f"/things{at}/{{id}}"]["patch"]["requestBody"] = body
    (folder / "shop.yaml").write_text(contract(paths), encoding="utf-8")
    with Mock(home=folder.parent) as mock:
        for at, (asked, _, _, _) in enumerate(drawn):
            path, body = f"/things{at}", {"it": asked[1], "more": "m"}
            made = mock.post(path, json=body)
            assert made.status_code == 201, (drawn[at], made.text)
            path = f"{path}/{made.json()['id']}"
            for method in ("PATCH", "PUT"):
                answer = mock.request(method, path, json=body)
                assert answer.status_code == 200, (drawn[at], method, answer.text)
                assert mock.get(path).json() == answer.json()
