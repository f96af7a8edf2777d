"""Long answers go out in pieces, with a head as if they were one."""

from __future__ import annotations

import orjson

from mockade.control.pieces import all_made, in_pieces
from mockade.snapshots.writer import Elements
from mockade.worlds.slices import at_once
from tests.harness import Mock

V1 = "/_mockade/v1"


def test_a_head_asks_for_the_same_headers_and_gets_no_body(mock: Mock) -> None:
    mock.post(f"{V1}/snapshots", json={"name": "s"})
    for path in ("/snapshots/s", "/snapshots/s?format=yaml", "/journal", "/state/shop/widgets"):
        whole, head = mock.get(f"{V1}{path}"), mock.request("HEAD", f"{V1}{path}")
        assert whole.headers == head.headers
        assert whole.headers["content-length"] == str(len(whole.content))
        assert head.content == b""


def test_what_is_written_in_pieces_is_what_would_be_written_at_once() -> None:
    rows = [{"id": number} for number in range(250)]
    elements = Elements(b"[]", iter([orjson.dumps(rows[0]), None, *map(orjson.dumps, rows[1:])]))
    body = at_once(in_pieces({"rows": elements, "none": Elements(b"{}", iter(())), "next": None})).body
    assert b"".join(body.pieces) == orjson.dumps({"rows": rows, "none": {}, "next": None})
    assert len(body.pieces) > 3
    assert body.outline == {"rows": [], "none": {}, "next": None}


def test_tables_that_are_made_when_they_are_asked_for_are_made_one_by_one(mock: Mock) -> None:
    asked: list[tuple[str, str]] = []

    class Start:
        def names(self) -> list[tuple[str, str]]:
            return [("shop", "widgets"), ("shop", "a"), ("shop", "b")]

        def table(self, name: tuple[str, str]) -> None:
            asked.append(name)

    slices = all_made(mock.state._replace(start=Start()))  # type: ignore[arg-type]
    next(slices)
    assert asked == [("shop", "a")]
    assert sum(1 for _ in slices) == 1
