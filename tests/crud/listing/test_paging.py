"""Lists in pages: a client that goes on as its dialect says sees each row once, and is told where it is.

Also `crud/listing/page_facts.py`, `crud/listing/fact_finding.py`, `crud/listing/fact_words.py`,
`crud/listing/list_facts.py`, `crud/listing/cursors.py` and `crud/listing/list_cursors.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockade.handling.rows import Rows
from mockade.state.transaction import Transaction
from tests.contracts import REF, answers, contract
from tests.crud.listing.list_dialects import (
    DIALECTS,
    URI,
    Dialect,
    by_link,
    dialects_contract,
    holding,
    parameter,
    path_of,
    shop,
    told,
)
from tests.harness import Mock

Serve = Callable[..., Mock]

PROBLEM = {"400": {"description": "", "content": {"application/json": {"schema": {"type": "object"}}}}}
EVENT = st.one_of(st.just("come"), st.integers(0, 20))
"""A row comes, or one goes: its place among those that are there."""


@pytest.fixture(scope="module")
def mock(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mock]:
    yield from shop(tmp_path_factory.mktemp("home"), dialects_contract())


class Shelf:
    """The rows of one dialect's collection in a fresh world, and a client that pages through them."""

    def __init__(self, mock: Mock, name: str, levels: list[int]) -> None:
        self.mock, self.path, self.dialect = mock, path_of(name), DIALECTS[name]
        mock.world.state = mock.world.baseline.state
        self.rows: dict[str, int] = {}
        """By key the levels of those that are there."""
        self.born: dict[str, int] = {}
        """Those that ever were."""
        for level in levels:
            self.come(level)

    @contextmanager
    def _change(self) -> Iterator[Rows]:
        transaction = Transaction(self.mock.state)
        yield self.mock.apis["shop"].call(transaction).rows(self.path.strip("/"))
        self.mock.world.state = transaction.state

    def come(self, level: int) -> None:
        key = f"r{len(self.born)}"
        self.born[key] = self.rows[key] = level
        with self._change() as rows:
            rows.add({"id": key, "level": level})

    def go(self, key: str) -> None:
        del self.rows[key]
        with self._change() as rows:
            rows.remove(key)

    def pages(self, size: int, more: str = "") -> Iterator[list[str]]:
        query = self.dialect.start.format(size=size) + more
        for _ in range(40):
            answer = self.mock.get(f"{self.path}?{query}")
            assert answer.status_code == 200, answer.text
            assert not self.mock.last.notices
            found = [row["id"] for row in answer.json()["data"]]
            assert len(found) <= size
            yield found
            query = self.dialect.follow(answer, query)
            if not query:
                return
        raise AssertionError("The last page never came.")


@pytest.mark.parametrize("name", DIALECTS)
@settings(max_examples=12, deadline=None, derandomize=True)
@given(
    levels=st.lists(st.integers(0, 3), max_size=8),
    size=st.integers(1, 4),
    events=st.lists(st.lists(EVENT, max_size=2), max_size=5),
    sort=st.sampled_from(["", "&sort=level", "&sort=-level"]),
)
def test_a_client_that_pages_to_the_end_sees_each_row_once(
    mock: Mock, name: str, levels: list[int], size: int, events: list[list[Any]], sort: str
) -> None:
    shelf = Shelf(mock, name, levels)
    there = dict(shelf.rows)
    seen: list[str] = []
    moves = iter(events)
    for page in shelf.pages(size, sort):
        seen += page
        for event in next(moves, []):
            going = [key for key in shelf.rows if not (page and shelf.dialect.by_key and key == page[-1])]
            if event == "come":
                shelf.come(0 if sort == "&sort=-level" else 3)  # at the end, wherever that is
            elif shelf.dialect.is_stable and going:
                shelf.go(going[event % len(going)])
    assert len(seen) == len(set(seen)), "No row is seen twice."
    assert there.keys() & shelf.rows.keys() <= set(seen), "What was there all the time is seen."
    direction = {"": 0, "&sort=level": 1, "&sort=-level": -1}[sort]
    assert seen == sorted(seen, key=lambda key: (direction * shelf.born[key], int(key[1:])))


def listing(*parameters: Any, headers: Any = None, **beside: Any) -> str:
    """A contract of one list of widgets, with what stands beside its rows."""
    schema = {"type": "object", "properties": {"widgets": {"type": "array", "items": REF}, **told(**beside)}}
    more = {"headers": headers} if headers else {}
    return contract({"/widgets": {"get": {"parameters": list(parameters), **answers(200, schema, **more)}}})


def widgets(count: int) -> str:
    return "widgets: [" + ", ".join(f"{{id: w{at}, name: W}}" for at in range(count)) + "]"


def shown(answer: httpx.Response) -> list[str]:
    return [row["id"] for row in answer.json()["widgets"]]


INTEGERS = {name: parameter(name, "integer") for name in ("limit", "offset", "page", "per_page")}


def test_what_stands_beside_the_rows_says_where_one_is(serve: Serve) -> None:
    spec = listing(
        INTEGERS["per_page"],
        INTEGERS["page"],
        meta=holding(total="integer", count="integer", total_pages="integer", current_page="integer"),
        pagination=holding(
            **{"per_page": "string", "from": "integer", "to": "integer", "last_page": "integer"}
        ),
        has_more="boolean",
        has_previous="boolean",
        owner=holding(name="string", count="integer"),
    )
    mock = serve(spec, widgets(5))
    assert mock.get("/widgets?per_page=2&page=2").json() == {
        "widgets": [{"id": "w2", "name": "W"}, {"id": "w3", "name": "W"}],
        "meta": {"total": 5, "count": 2, "total_pages": 3, "current_page": 2},
        "pagination": {"per_page": "2", "from": 3, "to": 4, "last_page": 3},
        "has_more": True,
        "has_previous": True,
    }
    beyond = mock.get("/widgets?per_page=2&page=99999999999999999").json()
    assert (beyond["widgets"], beyond["has_more"], beyond["meta"]["count"]) == ([], False, 0)


def test_link_headers_are_those_of_rfc_8288(serve: Serve) -> None:
    link = {"Link": {"schema": {"type": "string"}}, "X-Total-Count": {"schema": {"type": "integer"}}}
    mock = serve(listing(INTEGERS["per_page"], INTEGERS["page"], parameter("name"), headers=link), widgets(5))
    answer = mock.get("/widgets?name=W&per_page=2&page=2")
    url = "http://localhost/widgets?name=W&per_page=2&page="
    assert answer.headers["link"] == (
        f'<{url}2>; rel="self", <{url}1>; rel="first", <{url}1>; rel="prev", <{url}3>; rel="next", '
        f'<{url}3>; rel="last"'
    )
    assert answer.headers["x-total-count"] == "5"


@pytest.mark.parametrize("name", ["json api cursors", "json api numbers", "django", "drf cursors"])
def test_a_client_can_go_back_the_way_it_came(serve: Serve, name: str) -> None:
    cursors = Dialect(
        [INTEGERS["limit"], parameter("cursor")], {"next": URI, "previous": URI}, "limit={size}", by_link
    )
    dialect = DIALECTS.get(name, cursors)
    mock = serve(listing(*dialect.parameters, **dialect.beside), widgets(7))

    def link(answer: httpx.Response, *names: str) -> str:
        found = answer.json().get("links", answer.json())
        return next((found[one] for one in names if found.get(one)), "")

    pages = [mock.get("/widgets?" + dialect.start.format(size=3))]
    while url := link(pages[-1], "next"):
        pages.append(mock.get(url))
    assert [shown(page) for page in pages] == [["w0", "w1", "w2"], ["w3", "w4", "w5"], ["w6"]]
    back = [mock.get(link(pages[-1], "prev", "previous"))]
    while url := link(back[-1], "prev", "previous"):
        back.append(mock.get(url))
    assert [shown(page) for page in back] == [["w3", "w4", "w5"], ["w0", "w1", "w2"]]
    assert shown(mock.get(link(back[-1], "next"))) == ["w3", "w4", "w5"]


def test_keys_page_forth_and_back_where_no_cursor_is_told(serve: Serve) -> None:
    parameters = [INTEGERS["limit"], parameter("starting_after"), parameter("ending_before")]
    mock = serve(listing(*parameters, has_more="boolean"), widgets(5))
    assert shown(mock.get("/widgets?limit=2&ending_before=w4")) == ["w2", "w3"]
    assert shown(mock.get("/widgets?limit=2&ending_before=w1")) == ["w0"]
    assert shown(mock.get("/widgets?starting_after=w1&ending_before=w4")) == ["w2", "w3"]
    assert shown(mock.get("/widgets?limit=2&starting_after=w9")) == ["w0", "w1"]
    assert "no cursor of this list" in mock.last.notices[0].message


def test_a_page_of_no_size_holds_all_and_the_next_one_nothing(serve: Serve) -> None:
    mock = serve(listing(INTEGERS["page"], has_more="boolean"), widgets(3))
    assert mock.get("/widgets?page=1").json()["has_more"] is False
    assert shown(mock.get("/widgets?page=2")) == []


def test_a_page_of_size_0_leads_nowhere(serve: Serve) -> None:
    mock = serve(
        listing(INTEGERS["limit"], INTEGERS["offset"], total="integer", has_more="boolean"), widgets(3)
    )
    assert mock.get("/widgets?limit=0").json() == {"widgets": [], "total": 3, "has_more": False}
    (notice,) = mock.last.notices
    assert notice.message == "A page of 0 rows shows none, and leads to no other page."


def test_the_first_page_is_0_where_the_contract_says_so(serve: Serve) -> None:
    for page in (
        parameter("page", "integer", default=0),
        parameter("page", "integer", minimum=0),
        {**parameter("page", "integer"), "description": "Zero-based index of the page."},
    ):
        mock = serve(listing(page, INTEGERS["limit"]), widgets(3))
        assert shown(mock.get("/widgets?limit=2&page=0")) == ["w0", "w1"]
        assert shown(mock.get("/widgets?limit=2&page=1")) == ["w2"]


def test_what_has_no_place_for_nothing_is_empty_at_the_end(serve: Serve) -> None:
    schema = {
        "type": "object",
        "required": ["widgets", "next_cursor"],
        "properties": {"widgets": {"type": "array", "items": REF}, "next_cursor": {"type": "string"}},
    }
    limit, cursor = INTEGERS["limit"], parameter("cursor")
    paths = {"/widgets": {"get": {"parameters": [limit, cursor], **answers(200, schema)}}}
    mock = serve(contract(paths), widgets(2))
    assert mock.get("/widgets").json()["next_cursor"] == ""


def test_links_are_uris_whatever_the_parameters_are_called(serve: Serve) -> None:
    parameters = [parameter("page[number]", "integer"), parameter("page[size]", "integer"), parameter("q")]
    beside = {"links": holding(next={**URI, "nullable": True}, self=URI)}
    mock = serve(listing(*parameters, **beside), widgets(3))
    links = mock.get("/widgets?page[size]=1&q=W&page[number]=1").json()["links"]
    assert links["self"] == "http://localhost/widgets?page%5Bsize%5D=1&q=W&page%5Bnumber%5D=1"
    assert shown(mock.get(links["next"])) == ["w1"]
    assert shown(mock.get(mock.get(links["next"]).json()["links"]["self"])) == ["w1"]
