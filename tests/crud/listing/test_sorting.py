"""Sorting of lists agrees with a model in plain Python, in each way of asking for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from mockade.state.transaction import Transaction
from tests.contracts import answers, contract
from tests.crud.listing.list_dialects import holding, parameter, shop
from tests.harness import Mock

Serve = Callable[..., Mock]

ROW = holding(
    id="string",
    name="string",
    level="integer",
    created_at={"type": "string", "format": "date-time"},
    owner=holding(name="string"),
)
ROWS = st.lists(
    st.fixed_dictionaries(
        {},
        optional={
            "name": st.sampled_from(["", "a", "B", "b", "é", "z" * 300, "z" * 300 + "y"]),
            "level": st.integers(-2, 2),
            "created_at": st.sampled_from(["2024-01-01T12:00:00Z", "2024-01-01T13:00:00+02:00"]),
            "owner": st.fixed_dictionaries({"name": st.sampled_from(["x", "y"])}),
        },
    ),
    max_size=7,
)
OBJECT = {"name": "order", "in": "query", "style": "deepObject", "schema": {"type": "object"}}

WAYS: dict[str, tuple[list[Any], dict[str, str], list[tuple[str, bool]]]] = {
    "sort": ([parameter("sort")], {"sort": "level"}, [("level", False)]),
    "minus": ([parameter("sort")], {"sort": "-level,name"}, [("level", True), ("name", False)]),
    "colon": ([parameter("sort")], {"sort": "level:desc"}, [("level", True)]),
    "underscore": ([parameter("sort_by")], {"sort_by": "created_at_desc"}, [("created_at", True)]),
    "dot": ([parameter("order")], {"order": "level.desc"}, [("level", True)]),
    "spring": ([parameter("sort")], {"sort": "level,desc"}, [("level", True)]),
    "words": ([parameter("orderBy")], {"orderBy": "name desc, level"}, [("name", True), ("level", False)]),
    "odata": ([parameter("$orderby")], {"$orderby": "Level desc"}, [("level", True)]),
    "django": ([parameter("ordering")], {"ordering": "-owner.name"}, [("owner.name", True)]),
    "created": ([parameter("sort")], {"sort": "created"}, [("created_at", False)]),
    "by and order": (
        [parameter("sort_by"), parameter("order", enum=["asc", "desc"])],
        {"sort_by": "level", "order": "desc"},
        [("level", True)],
    ),
    "by and direction": (
        [parameter("sort"), parameter("direction", enum=["asc", "desc"])],
        {"sort": "name", "direction": "asc"},
        [("name", False)],
    ),
    "flag": (
        [parameter("sort"), parameter("descending", "boolean")],
        {"sort": "name", "descending": "true"},
        [("name", True)],
    ),
    "default": ([parameter("sort", default="-level")], {}, [("level", True)]),
    "by property": ([OBJECT], {"order[level]": "desc"}, [("level", True)]),
    "listed": (
        [parameter("sort", "array", items={"type": "string"})],
        {"sort": ["-level", "name"]},  # type: ignore[dict-item]
        [("level", True), ("name", False)],
    ),
}


@pytest.fixture(scope="module")
def mock(tmp_path_factory: pytest.TempPathFactory) -> Any:
    paths = {
        f"/{name.replace(' ', '-')}": {
            "get": {"parameters": parameters, **answers(200, {"type": "array", "items": ROW})}
        }
        for name, (parameters, _, _) in WAYS.items()
    }
    yield from shop(tmp_path_factory.mktemp("home"), contract(paths))


def value_of(row: dict[str, Any], name: str) -> Any:
    """A row's value; moments in UTC, text as far as sorting looks."""
    if name == "owner.name":
        return row.get("owner", {}).get("name")
    value = row.get(name)
    if name == "created_at":
        return {"2024-01-01T12:00:00Z": 12, "2024-01-01T13:00:00+02:00": 11}.get(value or "")
    return value[:200] if isinstance(value, str) else value


@pytest.mark.parametrize("name", WAYS)
@settings(max_examples=10, deadline=None, derandomize=True, phases=[Phase.generate])
@given(rows=ROWS)
def test_a_sorted_list_agrees_with_plain_python(mock: Mock, name: str, rows: list[dict[str, Any]]) -> None:
    _, query, terms = WAYS[name]
    path = name.replace(" ", "-")
    keyed = [{"id": f"r{at}", **row} for at, row in enumerate(rows)]
    transaction = Transaction(mock.world.baseline.state)
    shelf = mock.apis["shop"].call(transaction).rows(path)
    for row in keyed:
        shelf.add(row)
    mock.world.state = transaction.state
    for term, is_descending in reversed(terms):  # ties keep the order of birth, what lacks it comes last
        there = [row for row in keyed if value_of(row, term) is not None]
        there.sort(key=lambda row, term=term: value_of(row, term), reverse=is_descending)
        keyed = there + [row for row in keyed if value_of(row, term) is None]
    answer = mock.get(f"/{path}", params=query)
    assert answer.status_code == 200, answer.text
    assert [row["id"] for row in answer.json()] == [row["id"] for row in keyed]
    assert not mock.last.notices


def test_a_direction_alone_turns_the_order_of_birth_around(serve: Serve) -> None:
    listing = {"parameters": [parameter("sort", enum=["asc", "desc"])]}
    paths = {"/items": {"get": {**listing, **answers(200, {"type": "array", "items": ROW})}}}
    mock = serve(contract(paths), "items: [{id: a}, {id: b}, {id: c}]")
    assert [row["id"] for row in mock.get("/items?sort=desc").json()] == ["c", "b", "a"]


def test_a_sort_by_what_is_no_property_is_refused_or_told(serve: Serve) -> None:
    listed = answers(200, {"type": "array", "items": ROW})
    refusing = answers(200, {"type": "array", "items": ROW})
    refusing["responses"]["422"] = {"description": "", "content": {"application/json": {"schema": {}}}}
    sort = parameter("sort")
    ranked = parameter("sort", enum=["relevance", "name"])
    paths = {
        "/items": {"get": {"parameters": [sort], **listed}},
        "/things": {"get": {"parameters": [sort], **refusing}},
        "/ranks": {"get": {"parameters": [ranked], **refusing}},
    }
    mock = serve(contract(paths), "items: [{id: a}]\nthings: [{id: a}]\nranks: [{id: a}]")
    assert mock.get("/items?sort=colour").json() == [{"id": "a"}]
    (notice,) = mock.last.notices
    assert "'colour' is no property" in notice.message
    assert "owner.name" in notice.message
    assert mock.get("/things?sort=-colour").status_code == 422
    assert mock.get("/ranks?sort=relevance").json() == [{"id": "a"}], "The contract has it."
    assert len(mock.last.notices) == 1
