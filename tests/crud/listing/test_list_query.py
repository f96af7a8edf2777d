"""What a list's query means: what is recognised, what is told of the rest, and that bad input costs nothing.

Also `crud/listing/query_fields.py`, `crud/lists.py` and `crud/listing/matches.py`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

import pytest

from mockade.crud.lists import ListRows
from mockade.state.rows import Stored
from mockade.state.transaction import Transaction
from tests.contracts import answers, contract
from tests.crud.listing.list_dialects import holding, parameter, told
from tests.harness import Mock

Serve = Callable[..., Mock]

ROW = holding(
    id="string",
    name="string",
    level="integer",
    colour={"type": "string", "enum": ["red", "blue"]},
    visibility="string",
    created_at={"type": "string", "format": "date-time"},
)
ROWS = "items: [{id: a, colour: red, level: 1}, {id: b, colour: blue, level: 2}, {id: c, level: 3}]"
ERROR = {"description": "", "content": {"application/json": {"schema": holding(message="string")}}}


def listing(*parameters: Any, errors: Any = None, **beside: Any) -> str:
    """A contract of one list, `/items`, with what stands beside its rows."""
    schema = {"type": "object", "properties": {"items": {"type": "array", "items": ROW}, **told(**beside)}}
    answer = answers(200, schema)
    answer["responses"] |= errors or {}
    return contract({"/items": {"get": {"parameters": list(parameters), **answer}}})


def ids(mock: Mock, query: str = "") -> str:
    answer = mock.get(f"/items?{query}")
    assert answer.status_code == 200, answer.text
    return "".join(row["id"] for row in answer.json()["items"])


def compiled(mock: Mock, operation: str = "") -> ListRows:
    """What answers the list of the only API."""
    api = mock.apis["shop"]
    found = [one.answer for one in api.answerers.values() if isinstance(one.answer, ListRows)]
    return next(one for one in found if not operation or one.operation.path == operation)


BAD = {
    "a negative size": ("limit=-1", "abc"),
    "a size that is no number": ("limit=many", "abc"),
    "page 0": ("page=0&limit=2", "ab"),
    "a page that is no number": ("page=next&limit=2", "ab"),
    "a negative offset": ("offset=-5&limit=2", "ab"),
    "a flag that is none": ("level_exists=perhaps", "abc"),
    "an unknown cursor": ("cursor=zzz&limit=2", "ab"),
    "a cursor that is no text of ours": ("cursor=%C3%A9%00&limit=2", "ab"),
    "a range of the wrong type": ("level_gte=high", "abc"),
    "a date that is none": ("created_after=yesterday", "abc"),
    "a number that is none": ("level=high", "abc"),
    "a sort by what is no property": ("sort=-shape", "abc"),
    "a direction that is none": ("sort=name&order=sideways", "abc"),
}
LOOSE = [
    "limit",
    "page",
    "offset",
    "cursor",
    "level_gte",
    "created_after",
    "level",
    "sort",
    "order",
    "level_exists",
]


@pytest.mark.parametrize("bad", BAD)
@pytest.mark.parametrize("documented", ["400", "422", "4XX", "default", ""])
def test_a_query_that_cannot_be_followed_is_a_documented_refusal_or_a_notice(
    serve: Serve, bad: str, documented: str
) -> None:
    query, otherwise = BAD[bad]
    errors = {documented: ERROR} if documented else {}
    mock = serve(listing(*map(parameter, LOOSE), errors=errors), ROWS)
    answer = mock.get(f"/items?{query}")
    name, value = re.findall(r"(\w+)=([^&]+)", query)[-1 if "order" in query else 0]
    if documented:
        assert answer.status_code == (422 if documented == "422" else 400)
        message = answer.json()["message"]
        assert message.startswith(f"{name}: ")
        assert not mock.last.violations
    else:
        assert ids(mock, query) == otherwise
        (notice,) = mock.last.notices
        assert notice.path == (name,)
        message = notice.message
        assert "documents no 4xx for it: " in message, "What was done instead."
    assert repr(unquote(value)) in message, "What was sent."
    assert "expected" in message or "There are:" in message, "What to send."
    assert mock.get("/items").status_code == 200


@pytest.mark.parametrize("kind", ["integer", "string"])
@pytest.mark.parametrize("number", [2**63, 2**64 - 1, 10**29])
def test_a_number_beyond_all_rows_is_no_fault(serve: Serve, kind: str, number: int) -> None:
    parameters = [parameter(name, kind) for name in ("limit", "page", "level", "level_gte")]
    mock = serve(listing(*parameters, parameter("cursor"), errors={"400": ERROR}), ROWS)
    shown = {"limit": "abc", "page": "", "page=2&limit": "", "level": "", "level_gte": ""}
    for name, otherwise in shown.items():
        answer = mock.get(f"/items?{name}={number}")
        if number < 2**64 or kind == "string":
            assert "".join(row["id"] for row in answer.json()["items"]) == otherwise
        else:
            assert answer.status_code == 400


def test_a_cursor_of_another_list_is_told(serve: Serve) -> None:
    parameters = [parameter("limit", "integer"), parameter("cursor"), parameter("colour"), parameter("sort")]
    mock = serve(listing(*parameters, next_cursor="string?"), ROWS)
    cursor = mock.get("/items?limit=1").json()["next_cursor"]
    assert ids(mock, f"limit=2&cursor={cursor}") == "bc", "Another size is no other list."
    assert not mock.last.notices
    for other in ("colour=red", "sort=-level"):
        assert ids(mock, f"{other}&limit=1&cursor={cursor}") == ids(mock, f"{other}&limit=1")
        mock.get(f"/items?{other}&cursor={cursor}")
        assert "a cursor of another list" in mock.last.notices[0].message
    assert ids(mock, f"cursor={cursor[:-4]}") == "abc"
    assert "no cursor of this list" in mock.last.notices[0].message


def test_a_default_that_was_not_sent_filters_nothing(serve: Serve) -> None:
    colour = parameter("colour", enum=["red", "blue", "all"], default="red")
    visibility = parameter("visibility", enum=["all", "public"], default="public")
    mock = serve(listing(colour, visibility), ROWS)
    assert ids(mock) == "abc"
    assert ids(mock, "colour=red") == "a"
    assert ids(mock, "colour=all") == "abc"
    assert ids(mock, "visibility=all") == "abc"
    assert ids(mock, "visibility=public") == ""


def test_the_size_a_contract_defaults_to_is_taken_where_paging_can_be_followed(serve: Serve) -> None:
    limit = parameter("limit", "integer", default=2)
    assert ids(serve(listing(limit, has_more="boolean"), ROWS)) == "abc"
    assert ids(serve(listing(limit, parameter("offset", "integer")), ROWS)) == "ab"


@pytest.mark.parametrize(
    ("name", "more", "said"),
    [
        ("filter", {}, "a filter in a language of its own"),
        ("$filter", {}, "a filter in a language of its own"),
        ("fields", {}, "a choice of the properties that are shown"),
        ("expand", {}, "what is to be shown of other resources"),
        ("shape", {}, "of a meaning that the contract does not say"),
        ("level", {"kind": "boolean"}, "of a meaning"),
        ("q", {"description": "In the search syntax of Lucene."}, "of a meaning"),
    ],
)
def test_what_is_declared_and_not_acted_on_is_said_in_each_request_that_uses_it(
    serve: Serve, name: str, more: dict[str, Any], said: str
) -> None:
    mock = serve(listing(parameter(name, **more)), ROWS)
    assert ids(mock) == "abc"
    assert not mock.last.notices
    assert ids(mock, f"{name}=true") == "abc"
    (notice,) = mock.last.notices
    assert said in notice.message
    assert repr(name) in notice.message
    (role,) = compiled(mock).query.roles
    assert (role.name, role.is_acted_on) == (name, False)


def test_it_says_what_each_parameter_was_recognised_as(serve: Serve) -> None:
    names = ["limit", "cursor", "sort", "colour", "level_gte", "created_after", "q", "fields", "filter[name]"]
    query = compiled(
        serve(listing(*map(parameter, names), total="integer", next_cursor="string"), ROWS)
    ).query
    assert {one.name: one.role for one in query.roles} == {
        "limit": "the size of a page",
        "cursor": "a cursor: the rows after it",
        "sort": "the properties to sort by",
        "colour": "a filter: colour = value",
        "level_gte": "a filter: level ≥ value",
        "created_after": "a filter: created_at > value",
        "q": "a search in all texts of a row",
        "filter[name]": "a filter: name = value",
        "fields": "a choice of the properties that are shown",
    }
    assert query.facts.told == {"total": "total", "next_cursor": "next as a cursor"}


def test_a_common_word_pages_only_where_the_rows_have_no_such_property(serve: Serve) -> None:
    sized = holding(id="string", size="integer", start="integer")
    answer = answers(200, {"type": "array", "items": sized})
    size, start, page = (parameter(name, "integer") for name in ("size", "start", "page"))
    paths = {
        "/items": {"get": {"parameters": [size, start], **answer}},
        "/pages": {"get": {"parameters": [size, page], **answer}},
    }
    rows = "[{id: a, size: 1}, {id: b, size: 2, start: 1}, {id: c, size: 1, start: 1}]"
    mock = serve(contract(paths), f"items: {rows}\npages: {rows}")
    assert [row["id"] for row in mock.get("/items?size=1&start=1").json()] == ["c"]
    assert [row["id"] for row in mock.get("/pages?size=1&page=2").json()] == ["b"]


def test_a_parameter_is_told_back_only_where_its_type_fits(serve: Serve) -> None:
    beside = {
        "moves": {"type": "array", "items": holding(uci="string")},
        "level": "integer",
        "colour": "string",
    }
    moves = parameter("moves", "integer", default=12)
    mock = serve(listing(moves, parameter("level", "integer"), parameter("colour"), **beside), ROWS)
    answer = mock.get("/items?level=2").json()
    assert answer == {"items": [{"id": "b", "colour": "blue", "level": 2}], "level": 2}


def test_ids_choose_rows_whatever_the_key_is_called(serve: Serve) -> None:
    row = holding(gid="string", name="string")
    parameters = [parameter("ids", "array", items={"type": "string"}), parameter("gid")]
    paths = {
        "/tasks": {"get": {"parameters": parameters, **answers(200, {"type": "array", "items": row})}},
        "/tasks/{gid}": {"get": answers(200, row)},
    }
    mock = serve(contract(paths), "tasks: [{gid: a}, {gid: b}, {gid: c}]")
    assert [one["gid"] for one in mock.get("/tasks?ids=c&ids=a&ids=z").json()] == ["a", "c"]
    assert [one["gid"] for one in mock.get("/tasks?gid=b").json()] == ["b"]


class Reads:
    """Counts the rows that are read."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.count = 0
        read = Stored.row

        def row(stored: Stored) -> Any:
            self.count += 1
            return read(stored)

        monkeypatch.setattr(Stored, "row", row)


def test_an_equality_filter_reads_only_the_rows_that_it_shows(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    parameters = [parameter("limit", "integer"), parameter("offset", "integer"), parameter("cursor")]
    parameters += [parameter("colour"), parameter("level", "integer")]
    children = {"/users/{user}/items": {"get": {"parameters": parameters}}}
    schema = holding(items={"type": "array", "items": ROW}, total="integer", next_cursor="string?")
    children["/users/{user}/items"]["get"] |= answers(200, schema)
    mock = serve(contract(children), "{}")
    transaction = Transaction(mock.state)
    rows = mock.apis["shop"].call(transaction).rows("items")
    for at in range(3_000):
        rows.add({"id": str(at), "level": at % 100, "colour": ("red", "blue")[at % 2]}, user=f"u{at % 3}")
    mock.world.state = transaction.state
    reads = Reads(monkeypatch)
    path = "/users/u1/items?limit=20"
    for query, total in (("", 1000), ("&colour=red", 500), ("&colour=red&level=4", 10)):
        reads.count = 0
        answer = mock.get(path + query).json()
        assert answer["total"] == total
        assert len(answer["items"]) == min(20, total)
        assert reads.count <= 20
        if answer["next_cursor"]:
            reads.count = 0
            assert len(mock.get(f"{path}{query}&cursor={answer['next_cursor']}").json()["items"]) == 20
            assert reads.count <= 20
