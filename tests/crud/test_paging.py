"""Lists in pages: a client that goes on as its dialect says sees each row once, and is told where it is.

Also `crud/page_facts.py`, `crud/fact_finding.py`, `crud/fact_words.py`, `crud/list_facts.py`,
`crud/cursors.py` and `crud/list_cursors.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockade.handling import Rows
from mockade.state.transaction import Transaction
from tests.crud.list_dialects import DIALECTS, dialects_contract, path_of
from tests.harness import Mock

Serve = Callable[..., Mock]

PROBLEM = {"400": {"description": "", "content": {"application/json": {"schema": {"type": "object"}}}}}
EVENT = st.one_of(st.just("come"), st.integers(0, 20))
"""A row comes, or one goes: its place among those that are there."""


@pytest.fixture(scope="module")
def mock(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mock]:
    home = tmp_path_factory.mktemp("home")
    (home / "specs").mkdir()
    (home / "specs" / "shop.yaml").write_text(dialects_contract(), encoding="utf-8")
    with Mock(home=home) as made:
        yield made


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
