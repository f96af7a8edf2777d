"""What a world's size must not cost: forks, resets, rewinds and restores are a pointer each."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from functools import cache
from statistics import median

import pytest

from mockade.state.rows import Collection, Row, Stored
from mockade.state.table import Table
from mockade.worlds.contents import Baseline
from tests.contracts import WIDGETS, answers, contract, crud
from tests.crud.listing.list_dialects import holding, parameter
from tests.harness import Mock

Serve = Callable[..., Mock]
V1 = "/_mockade/v1"

FEW, MANY = 10, int(os.environ.get("MOCKADE_ROWS", "25000"))
TIMES = 30


@cache
def table_of(rows: int) -> Table:
    """So many widgets; immutable, so that all tests can have the same ones."""
    collection = Collection("widgets", holds="Widget")
    table = Table()
    for number in range(rows):
        table = table.put(collection, Row({"id": f"w{number}", "name": f"Widget {number}"}, key=f"w{number}"))
    return table


def filled(serve: Serve, rows: int) -> Mock:
    """A mock whose default world starts with so many rows, and has taken a snapshot."""
    mock = serve(contract(crud("/widgets")), WIDGETS, worlds=1000)
    tables = {**mock.state.tables, ("shop", "widgets"): table_of(rows)}
    state = mock.state._replace(tables=tables)
    mock.world.migrate(state, Baseline(state), {})
    mock.post(f"{V1}/snapshots", json={"name": "s"})
    mock.delete("/widgets/w1")
    return mock


def took(mock: Mock, path: str, number: int) -> float:
    """Seconds for one control call; a path that ends in `fork` makes a world of that number."""
    body = {"name": f"fork-{number}"} if path == "fork" else None
    started = time.perf_counter()
    answer = mock.post(f"{V1}/{path}", json=body)
    seconds = time.perf_counter() - started
    assert answer.status_code in (200, 201)
    return seconds


@pytest.mark.parametrize("path", ["fork", "reset", "journal/2/rewind", "snapshots/s/restore"])
def test_a_world_of_any_size_is_copied_and_turned_back_in_the_same_time(serve: Serve, path: str) -> None:
    few, many = filled(serve, FEW), filled(serve, MANY)
    # In turns, so that whatever else the machine does meets both alike.
    pairs = [(took(few, path, number), took(many, path, number)) for number in range(TIMES)]
    small, large = median(one for one, _ in pairs), median(other for _, other in pairs)
    print(f"{path}: {small * 1000:.2f} ms with {FEW:,} rows, {large * 1000:.2f} ms with {MANY:,}")
    assert large < 3 * small + 0.001


def test_a_page_of_rows_costs_what_it_shows(serve: Serve) -> None:
    few, many = filled(serve, 100), filled(serve, MANY)

    def page(mock: Mock, rows: int) -> float:
        path = f"{V1}/state/shop/widgets?limit=10"
        started = time.perf_counter()
        first = mock.get(path).json()
        assert mock.get(f"{path}&after={first['next']}").json()["rows"][0]["id"] == "w11"
        assert mock.get(f"{path}&after=w{rows - 2}").json()["next"] is None
        return time.perf_counter() - started

    pairs = [(page(few, 100), page(many, MANY)) for _ in range(TIMES)]
    assert median(other for _, other in pairs) < 3 * median(one for one, _ in pairs) + 0.001


SHOWN = 20
FILTERED = MANY
"""Rows with two indexes take five times as long to lay as others."""


def test_a_list_by_an_equality_filter_costs_what_it_shows(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = holding(id="string", owner="string", shade="string")
    asked = [parameter(name) for name in ("owner", "shade")]
    asked += [parameter(name, "integer") for name in ("limit", "offset")]
    schema = holding(things={"type": "array", "items": row}, total="integer")
    spec = contract({"/things": {"get": {"parameters": asked, **answers(200, schema)}}})
    few, many = (things(serve(spec, "{}"), count) for count in (1_000, FILTERED))
    reads: list[Stored] = []
    read = Stored.row
    monkeypatch.setattr(Stored, "row", lambda stored: reads.append(stored) or read(stored))

    def listed(mock: Mock, count: int, query: str, turn: int) -> tuple[float, int]:
        reads.clear()
        started = time.thread_time()
        answer = mock.get(f"/things?owner=o{turn % (count // SHOWN)}{query}")
        seconds = time.thread_time() - started
        assert answer.json()["total"] == SHOWN
        return seconds, len(reads)

    for query in ("", "&limit=10&offset=5", "&shade=dark"):
        # In turns, so that whatever else the machine does meets both alike.
        pairs = [
            (listed(few, 1_000, query, turn), listed(many, FILTERED, query, turn)) for turn in range(TIMES)
        ]
        assert {one[1] for one, _ in pairs} == {other[1] for _, other in pairs}, "No more rows are read."
        small, large = (median(pair[side][0] for pair in pairs) for side in (0, 1))
        print(
            f"{query}: {small * 1000:.2f} ms among 1,000 rows, "
            f"{large / small:.2f} times that among {FILTERED:,}"
        )
        assert large < 1.5 * small


def things(mock: Mock, count: int) -> Mock:
    """The mock with so many things, of which each owner has twenty."""
    collection = mock.apis["shop"].collections["things"].collection
    table = Table()
    for number in range(count):
        values = {"id": f"t{number}", "owner": f"o{number % (count // SHOWN)}", "shade": "dark"}
        table = table.put(collection, Row(values, key=f"t{number}"))
    mock.world.state = mock.state._replace(tables={**mock.state.tables, ("shop", "things"): table})
    return mock
