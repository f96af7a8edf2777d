"""Filters of lists agree with a model in plain Python, and what is no filter says so.

Also `crud/listing/filter_finding.py`, `crud/listing/filter_words.py`, `crud/listing/comparing.py`,
`crud/listing/row_properties.py` and `crud/listing/spelling.py`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from mockade.crud.listing.filters import _like
from mockade.state.transaction import Transaction
from tests.contracts import answers, contract
from tests.crud.listing.list_dialects import holding, parameter, shop
from tests.harness import Mock

Serve = Callable[..., Mock]
Test = Callable[[dict[str, Any], Any], bool]

STRINGS = {"type": "array", "items": {"type": "string"}}
MOMENT = {"type": "string", "format": "date-time"}
ROW = holding(
    id="string",
    name="string",
    level="integer",
    price="number",
    is_active="boolean",
    status={"type": "string", "enum": ["OPEN", "CLOSED"]},
    created_at=MOMENT,
    updated_at=MOMENT,
    tags=STRINGS,
    owner=holding(id="string", name="string"),
    address=holding(city="string", zip={"type": "object", "properties": {"code": {"type": "integer"}}}),
    parts={"type": "array", "items": holding(color="string")},
    secret={"type": "string", "writeOnly": True},
)
NAMES = st.sampled_from(["ada", "Ada", "ben", "a,b", "bénédicte", ""])
CITIES = st.sampled_from(["Rome", "Ulm"])
LEVELS = st.integers(-3, 3)
DAYS = st.sampled_from(["2024-02-28", "2024-02-29", "2024-03-01"])
TIMES = st.builds("{}T{}".format, DAYS, st.sampled_from(["00:00:00Z", "23:59:59.5Z", "12:00:00+02:00"]))
ROWS = st.lists(
    st.fixed_dictionaries(
        {},
        optional={
            "name": NAMES,
            "level": LEVELS,
            "price": st.sampled_from([0.5, 1, 1.0, 2.25, 10]),
            "is_active": st.booleans(),
            "status": st.sampled_from(["OPEN", "CLOSED"]),
            "created_at": TIMES,
            "updated_at": TIMES,
            "tags": st.lists(st.sampled_from(["x", "y", "z"]), max_size=3, unique=True),
            "owner": st.fixed_dictionaries({"id": st.sampled_from(["u1", "u2"]), "name": NAMES}),
            "address": st.fixed_dictionaries(
                {"city": CITIES}, optional={"zip": st.fixed_dictionaries({"code": LEVELS})}
            ),
            "parts": st.lists(st.fixed_dictionaries({"color": st.sampled_from(["red", "blue"])}), max_size=2),
        },
    ),
    max_size=8,
)


def when(text: str) -> datetime:
    return datetime.fromisoformat(text)


def day(text: str) -> str:
    """The day in UTC; the times of this module have that of their text."""
    return text[:10]


def has(name: str, test: Callable[[Any, Any], bool]) -> Test:
    """Whether a row has the property and the test holds of its value."""
    return lambda row, wanted: name in row and test(row[name], wanted)


INTEGER = {"kind": "integer"}
FILTERS: dict[str, tuple[dict[str, Any], st.SearchStrategy[Any], Test]] = {
    "name": ({}, NAMES.filter(bool), has("name", lambda own, value: own == value)),
    "level": (INTEGER, LEVELS, has("level", lambda own, value: own == value)),
    "price": ({}, st.sampled_from(["0.5", "1", "1.0", "10"]), has("price", lambda own, v: own == float(v))),
    "isActive": ({"kind": "boolean"}, st.booleans(), has("is_active", lambda own, value: own is value)),
    "status": (
        {"enum": ["open", "closed", "all"], "default": "open"},
        st.sampled_from(["open", "closed", "all"]),
        lambda row, value: value == "all" or row.get("status", "").lower() == value,
    ),
    "tags": (
        {"kind": "array", "items": {"type": "string"}},
        st.lists(st.sampled_from(["x", "y"]), min_size=1, max_size=2),
        has("tags", lambda own, value: not set(own).isdisjoint(value)),
    ),
    "tag": ({}, st.sampled_from(["x", "y"]), has("tags", lambda own, value: value in own)),
    "address.city": ({}, CITIES, has("address", lambda own, value: own["city"] == value)),
    "address_zip_code": (INTEGER, LEVELS, has("address", lambda own, v: own.get("zip", {}).get("code") == v)),
    "owner": ({}, st.sampled_from(["u1", "ada"]), has("owner", lambda own, v: v in (own["id"], own["name"]))),
    "ownerId": ({}, st.sampled_from(["u1", "u2"]), has("owner", lambda own, value: own["id"] == value)),
    "parts.color": (
        {},
        st.sampled_from(["red", "blue"]),
        has("parts", lambda own, value: any(part["color"] == value for part in own)),
    ),
    "filter[name]": ({}, NAMES.filter(bool), has("name", lambda own, value: own == value)),
    "level_gt": (INTEGER, LEVELS, has("level", lambda own, value: own > value)),
    "level__gte": (INTEGER, LEVELS, has("level", lambda own, value: own >= value)),
    "level[lt]": (INTEGER, LEVELS, has("level", lambda own, value: own < value)),
    "levelLte": (INTEGER, LEVELS, has("level", lambda own, value: own <= value)),
    "level_ne": (INTEGER, LEVELS, lambda row, value: row.get("level") != value),
    "level_in": (
        {},
        st.lists(LEVELS, min_size=1, max_size=3).map(lambda own: ",".join(map(str, own))),
        has("level", lambda own, value: str(own) in value.split(",")),
    ),
    "min_price": ({"kind": "number"}, st.sampled_from([1, 2.25]), has("price", lambda own, v: own >= v)),
    "priceMax": ({"kind": "number"}, st.sampled_from([1, 2.25]), has("price", lambda own, v: own <= v)),
    "name_like": (
        {},
        st.sampled_from(["a", "DA", "%a", "b%"]),
        lambda row, v: "name" in row and like(row, v),
    ),
    "name_contains": ({}, NAMES.filter(bool), has("name", lambda own, value: value.lower() in own.lower())),
    "name_startswith": (
        {},
        NAMES.filter(bool),
        has("name", lambda own, v: own.lower().startswith(v.lower())),
    ),
    "search[name]": ({}, NAMES.filter(bool), has("name", lambda own, value: value.lower() in own.lower())),
    "item_name": ({}, NAMES.filter(bool), has("name", lambda own, value: own == value)),
    "level_nin": (
        {},
        st.sampled_from(["1,2", "0"]),
        lambda row, v: str(row.get("level")) not in v.split(","),
    ),
    "exclude_level": (INTEGER, LEVELS, lambda row, value: row.get("level") != value),
    "level_from": (INTEGER, LEVELS, has("level", lambda own, value: own >= value)),
    "range[level]": ({}, st.sampled_from(["-1,2", "0,0"]), lambda row, v: between(row.get("level"), v)),
    "owner_exists": ({"kind": "boolean"}, st.booleans(), lambda row, value: ("owner" in row) is value),
    "level__isnull": ({"kind": "boolean"}, st.booleans(), lambda row, value: ("level" not in row) is value),
    "created_after": (MOMENT, TIMES, has("created_at", lambda own, v: when(own) > when(v))),
    "createdBefore": (MOMENT, TIMES, has("created_at", lambda own, v: when(own) < when(v))),
    "since": (MOMENT, TIMES, has("created_at", lambda own, v: when(own) >= when(v))),
    "until": (MOMENT, TIMES, has("created_at", lambda own, v: when(own) <= when(v))),
    "updated_since": (MOMENT, TIMES, has("updated_at", lambda own, v: when(own) >= when(v))),
    "from": ({"format": "date"}, DAYS, has("created_at", lambda own, v: day(own) >= v)),
    "to": ({"format": "date"}, DAYS, has("created_at", lambda own, v: day(own) <= v)),
    "end_date": ({"format": "date"}, DAYS, has("created_at", lambda own, v: day(own) <= v)),
    "created_at": ({"format": "date"}, DAYS, has("created_at", lambda own, v: day(own) == v)),
    "q": (
        {},
        st.sampled_from(["a", "OPEN", "rom", "é", "x"]),
        lambda row, v: any(v.lower() in one for one in texts(row)),
    ),
}


def like(row: dict[str, Any], value: str) -> bool:
    own, value = row["name"].lower(), value.lower()
    if value.startswith("%"):
        return str(own).endswith(value[1:])
    return str(own).startswith(value[:-1]) if value.endswith("%") else value in own


def between(own: int | None, value: str) -> bool:
    least, most = map(int, value.split(","))
    return own is not None and least <= own <= most


def texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value.lower()
    for one in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from texts(one)


def test_any_number_of_wildcards_goes_through_a_text_once() -> None:
    found = re.compile(_like("%a" * 30 + "%b"), re.DOTALL)
    assert found.search("a" * 3_000) is None
    assert found.search("a" * 30 + "b")
    assert re.search(_like("a%b%c"), "abbc")
    assert not re.search(_like("a%bc%c"), "abc")


@pytest.fixture(scope="module")
def mock(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mock]:
    parameters = []
    for name, (schema, _, _) in FILTERS.items():
        kind = {"kind": schema.get("kind", "string"), **{k: v for k, v in schema.items() if k != "type"}}
        parameters.append(parameter(name, **kind))
    listing = holding(items={"type": "array", "items": ROW}, total="integer")
    paths = {"/items": {"get": {"parameters": parameters, **answers(200, listing)}}}
    yield from shop(tmp_path_factory.mktemp("home"), contract(paths))


def fill(mock: Mock, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Put rows into a fresh world; returns them with their keys."""
    mock.world.state = mock.world.baseline.state
    keyed = [{"id": f"r{at}", **row} for at, row in enumerate(rows)]
    transaction = Transaction(mock.state)
    shelf = mock.apis["shop"].call(transaction).rows("items")
    for row in keyed:
        shelf.add(row)
    mock.world.state = transaction.state
    return keyed


def listed(mock: Mock, query: dict[str, Any]) -> list[str]:
    answer = mock.get("/items", params=query)
    assert answer.status_code == 200, answer.text
    assert not mock.last.notices, mock.last.notices
    found = [row["id"] for row in answer.json()["items"]]
    assert answer.json()["total"] == len(found)
    return found


@settings(max_examples=25, deadline=None, derandomize=True, phases=[Phase.generate])
@given(rows=ROWS, data=st.data())
def test_each_filter_agrees_with_plain_python(mock: Mock, rows: list[dict[str, Any]], data: Any) -> None:
    rows = fill(mock, rows)
    for name, (_, values, test) in FILTERS.items():
        value = data.draw(values, label=name)
        assert listed(mock, {name: value}) == [row["id"] for row in rows if test(row, value)], (name, value)


@settings(max_examples=40, deadline=None, derandomize=True, phases=[Phase.generate])
@given(rows=ROWS, names=st.sets(st.sampled_from(list(FILTERS)), min_size=2, max_size=3), data=st.data())
def test_filters_together_leave_what_each_of_them_leaves(
    mock: Mock, rows: list[dict[str, Any]], names: set[str], data: Any
) -> None:
    rows = fill(mock, rows)
    query = {name: data.draw(FILTERS[name][1], label=name) for name in sorted(names)}
    kept = [row for row in rows if all(FILTERS[name][2](row, value) for name, value in query.items())]
    assert listed(mock, query) == [row["id"] for row in kept]


def test_members_of_objects_filter_whether_their_schema_names_them_or_not(serve: Serve) -> None:
    ranged = {
        "name": "level",
        "in": "query",
        "style": "deepObject",
        "schema": holding(gte="integer", lt="integer"),
    }
    opened = {"name": "filter", "in": "query", "style": "deepObject", "schema": {"type": "object"}}
    listing = {"parameters": [ranged, opened], **answers(200, {"type": "array", "items": ROW})}
    rows = "items: [{id: a, level: 1, name: Ada}, {id: b, level: 2, name: Ben}, {id: c, level: 3, name: Ada}]"
    mock = serve(contract({"/items": {"get": listing}}), rows)

    def ids(query: str) -> str:
        answer = mock.get(f"/items?{query}")
        assert answer.status_code == 200, answer.text
        return "".join(row["id"] for row in answer.json())

    assert ids("level[gte]=2&level[lt]=3") == "b"
    assert ids("filter[name]=Ada&filter[level][gte]=2") == "c"
    assert not mock.last.notices
    assert ids("filter[shape]=round") == "abc"
    assert "'filter[shape]'" in mock.last.notices[0].message


def test_an_enum_compares_whatever_its_case_and_none_of_its_options_means_all(serve: Serve) -> None:
    state = parameter("status", enum=["ALL", "open", "Closed"])
    listing = {"parameters": [state], **answers(200, {"type": "array", "items": ROW})}
    mock = serve(
        contract({"/items": {"get": listing}}), "items: [{id: a, status: OPEN}, {id: b, status: CLOSED}]"
    )
    assert [row["id"] for row in mock.get("/items?status=open").json()] == ["a"]
    assert [row["id"] for row in mock.get("/items?status=Closed").json()] == ["b"]
    assert [row["id"] for row in mock.get("/items?status=ALL").json()] == ["a", "b"]


@pytest.mark.parametrize(
    ("own", "said", "found"),
    [
        (["open", "closed"], "all", "ab"),
        (["open", "closed"], "Any", "ab"),
        (["open", "closed"], "*", "ab"),
        (["open", "closed", "all"], "all", ""),
        (["open", "closed"], "ajar", ""),
        ([], "all", ""),
    ],
)
def test_a_word_for_all_filters_nothing_where_no_row_can_have_it(
    serve: Serve, own: list[str], said: str, found: str
) -> None:
    row = holding(id="string", status={"type": "string", **({"enum": own} if own else {})})
    listing = {"parameters": [parameter("status")], **answers(200, {"type": "array", "items": row})}
    mock = serve(
        contract({"/items": {"get": listing}}), "items: [{id: a, status: open}, {id: b, status: closed}]"
    )
    assert "".join(one["id"] for one in mock.get(f"/items?status={said}").json()) == found


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("done", ["No status of a row can be 'done', but completed, open: it filters nothing."]),
        ("open,Done", ["No status of a row can be 'Done', but completed, open: it filters nothing."]),
        ("all", []),
        ("open", []),
    ],
)
def test_an_option_that_no_row_can_have_is_told(serve: Serve, said: str, told: list[str]) -> None:
    row = holding(id="string", status={"type": "string", "enum": ["open", "completed"]})
    state = parameter("status", "array", items={"type": "string", "enum": ["open", "done", "Done", "all"]})
    state = {**state, "explode": False}
    listing = {"parameters": [state], **answers(200, {"type": "array", "items": row})}
    mock = serve(contract({"/items": {"get": listing}}), "items: [{id: a, status: open}]")
    assert [one["id"] for one in mock.get(f"/items?status={said}").json()] == ["a"]
    assert [notice.message for notice in mock.last.notices] == told


@pytest.mark.parametrize("name", ["filterBy", "filter", "where", "filter_by"])
def test_a_filter_without_a_property_is_told_as_not_acted_on(serve: Serve, name: str) -> None:
    listing = {"parameters": [parameter(name)], **answers(200, {"type": "array", "items": ROW})}
    mock = serve(contract({"/items": {"get": listing}}), "items: [{id: a}]")
    assert mock.get(f"/items?{name}=x").status_code == 200
    assert name in mock.last.notices[0].message
