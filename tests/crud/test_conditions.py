"""Conditional requests on rows: whoever read an older state of one does not overwrite it unawares."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.contracts import REF, WIDGETS, answers, body, contract, crud
from tests.harness import Mock

Serve = Callable[..., Mock]

NO = {"description": "no"}
TAGGED = {"ETag": {"schema": {"type": "string"}}}
TIMED = {"Last-Modified": {"schema": {"type": "string"}}}


def guarded(headers: Any = None, row: Any = None, *, declares: str = "", **more: Any) -> str:
    """Widgets whose item answers have `headers`, and whose writes document `more` or declare a header."""
    paths = crud("/widgets", row)
    item = paths["/widgets/{id}"]
    for method in ("get", "put", "patch"):
        item[method]["responses"][200]["headers"] = headers or {}
    for method in ("put", "patch", "delete"):
        item[method]["responses"] |= more
        if declares:
            item[method]["parameters"] = [{"name": declares, "in": "header", "schema": {"type": "string"}}]
    item["get"]["responses"] |= {"304": NO}
    return contract(paths)


def tag(mock: Mock, path: str = "/widgets/w1") -> str:
    return str(mock.get(path).headers["etag"])


@pytest.mark.parametrize(
    "spec",
    [
        guarded(TAGGED, **{"412": NO}),
        guarded(TAGGED, declares="If-Match"),
        guarded(declares="if-match"),
        guarded(**{"412": NO}),
    ],
)
def test_a_write_happens_only_to_the_state_that_it_was_meant_for(serve: Serve, spec: str) -> None:
    mock = serve(spec, WIDGETS)
    old = tag(mock)
    changed = mock.patch("/widgets/w1", json={"name": "New"}, headers={"If-Match": old})
    assert changed.status_code == 200
    assert changed.headers["etag"] == tag(mock) != old
    for method, sent in (("PUT", {"name": "x"}), ("PATCH", {"name": "x"}), ("DELETE", None)):
        for stale in (old, f'"nope", {old}', f"W/{tag(mock)}"):
            refused = mock.request(method, "/widgets/w1", json=sent, headers={"If-Match": stale})
            assert refused.status_code == 412
            assert tag(mock) in refused.json()["detail"]
    assert mock.get("/widgets/w1").json() == {"id": "w1", "name": "New"}
    assert mock.put("/widgets/w1", json={"name": "Any"}, headers={"If-Match": "*"}).status_code == 200
    long = mock.delete("/widgets/w1", headers={"If-Match": f'"{"x" * 5000}"'})
    assert (long.status_code, len(long.text) < 1000) == (412, True)
    several = {"If-Match": f'"nope", {tag(mock)}'}
    assert mock.delete("/widgets/w1", headers=several).status_code == 204
    assert mock.delete("/widgets/w1", headers=several).status_code == 404, "a condition of nothing is ignored"


@pytest.mark.parametrize("more", [{}, {"428": NO}])
def test_a_put_may_ask_that_there_is_nothing_yet_or_that_there_is(serve: Serve, more: Any) -> None:
    mock = serve(guarded(TAGGED, **{"412": NO}, **more), WIDGETS)
    fresh = {"If-None-Match": "*"}
    made = mock.put("/widgets/w9", json={"name": "Nine"}, headers=fresh)
    assert (made.status_code, made.headers["etag"]) == (200, tag(mock, "/widgets/w9"))
    assert mock.put("/widgets/w9", json={"name": "Ten"}, headers=fresh).status_code == 412
    assert mock.put("/widgets/w8", json={"name": "Eight"}, headers={"If-Match": "*"}).status_code == 412
    assert mock.get("/widgets/w8").status_code == 404
    assert mock.get("/widgets/w9").json()["name"] == "Nine"


def test_a_write_that_has_to_ask_and_does_not_is_told_what_to_ask(serve: Serve) -> None:
    mock = serve(guarded(TAGGED, **{"412": NO, "428": NO}), WIDGETS)
    refused = mock.patch("/widgets/w1", json={"name": "x"})
    assert refused.status_code == 428
    assert tag(mock) in refused.json()["detail"]
    assert mock.patch("/widgets/w1", json={"name": "x"}, headers={"If-Match": tag(mock)}).status_code == 200
    assert mock.put("/widgets/w9", json={"name": "new"}).status_code == 200, "there is nothing to lose"


def test_a_condition_counts_only_where_the_contract_has_a_place_for_it(serve: Serve) -> None:
    mock = serve(guarded(TAGGED), WIDGETS)
    assert mock.patch("/widgets/w1", json={"name": "x"}, headers={"If-Match": '"old"'}).status_code == 200


def test_a_failed_condition_has_the_status_that_is_documented(serve: Serve) -> None:
    mock = serve(guarded(TAGGED, declares="If-Match", **{"409": NO}), WIDGETS)
    assert mock.patch("/widgets/w1", json={"name": "x"}, headers={"If-Match": '"old"'}).status_code == 409


def test_a_read_with_the_rows_tag_is_not_modified(serve: Serve) -> None:
    mock = serve(guarded(TAGGED, **{"412": NO}), WIDGETS)
    again = mock.get("/widgets/w1", headers={"If-None-Match": tag(mock)})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag(mock))
    mock.patch("/widgets/w1", json={"size": 5})
    assert mock.get("/widgets/w1", headers={"If-None-Match": again.headers["etag"]}).status_code == 200


def test_a_tag_has_the_form_that_the_contract_admits_and_is_taken_back(serve: Serve) -> None:
    bare = {"ETag": {"schema": {"type": "string", "pattern": "^[0-9a-f]+$"}}}
    mock = serve(guarded(bare, **{"412": NO}), WIDGETS)
    assert '"' not in tag(mock)
    assert mock.patch("/widgets/w1", json={"size": 5}, headers={"If-Match": tag(mock)}).status_code == 200
    assert mock.patch("/widgets/w1", json={"size": 5}, headers={"If-Match": "0f"}).status_code == 412


WITH_TIME = {
    "type": "object",
    "properties": {
        "id": {"type": "string"},
        "name": {"type": "string"},
        "updatedAt": {"type": "string", "format": "date-time"},
    },
}
ROWS = "widgets: [{id: w1, name: One, updatedAt: 2020-01-01T00:00:00Z}]"


@pytest.mark.parametrize(
    ("row", "fixtures", "first"),
    [(WITH_TIME, ROWS, "Wed, 01 Jan 2020 00:00:00 GMT"), (REF, WIDGETS, "Thu, 01 Jan 1970 00:00:00 GMT")],
)
def test_the_time_of_the_last_change_is_told_and_asked_for(
    serve: Serve, row: Any, fixtures: str, first: str
) -> None:
    mock = serve(guarded(TIMED, row, **{"412": NO}), fixtures)
    assert mock.get("/widgets/w1").headers["last-modified"] == first
    changed = mock.patch("/widgets/w1", json={"name": "New"})
    now = changed.headers["last-modified"]
    assert now == "Mon, 05 Jan 2026 12:00:00 GMT"
    assert mock.get("/widgets/w1").headers["last-modified"] == now
    unchanged = mock.get("/widgets/w1", headers={"If-Modified-Since": now})
    assert (unchanged.status_code, unchanged.headers["last-modified"]) == (304, now)
    assert mock.get("/widgets/w1", headers={"If-Modified-Since": first}).status_code == 200
    assert mock.get("/widgets/w1", headers={"If-Modified-Since": "yesterday"}).status_code == 200
    mock.advance(60)
    stale = {"If-Unmodified-Since": first}
    assert mock.patch("/widgets/w1", json={"name": "x"}, headers=stale).status_code == 412
    assert mock.patch("/widgets/w1", json={"name": "y"}, headers={"If-Unmodified-Since": now}).is_success
    assert mock.delete("/widgets/w1", headers={"If-Unmodified-Since": now}).status_code == 412


@pytest.mark.parametrize(
    ("updated", "told"),
    [
        (1577836800, "Wed, 01 Jan 2020 00:00:00 GMT"),
        (1577836800000, "Wed, 01 Jan 2020 00:00:00 GMT"),
        (1577836800.25, "Wed, 01 Jan 2020 00:00:00 GMT"),
        (2**62, "Thu, 01 Jan 1970 00:00:00 GMT"),  # no date: nothing tells when
    ],
)
def test_a_change_is_told_of_times_in_any_form_and_asked_for_in_any_of_http(
    serve: Serve, updated: float, told: str
) -> None:
    row = {"type": "object", "properties": {"id": {"type": "string"}, "updated_at": {"type": "number"}}}
    mock = serve(guarded(TIMED, row), f"widgets: [{{id: w1, updated_at: {updated}}}]")
    assert mock.get("/widgets/w1").headers["last-modified"] == told
    for since in ("Wednesday, 01-Jan-20 00:00:00 GMT", "Wed Jan  1 00:00:00 2020"):
        assert mock.get("/widgets/w1", headers={"If-Modified-Since": since}).status_code == 304
    assert mock.get("/widgets/w1", headers={"If-Modified-Since": str(2**62)}).status_code == 200


def test_a_new_row_tells_its_tag_where_that_is_documented(serve: Serve) -> None:
    paths = crud("/widgets")
    paths["/widgets"]["post"] = {"requestBody": body(REF), **answers(201, REF, headers={**TAGGED, **TIMED})}
    paths["/widgets/{id}"]["get"]["responses"][200]["headers"] = {**TAGGED, **TIMED}
    mock = serve(contract(paths))
    made = mock.post("/widgets", json={"id": "w9", "name": "Nine"})
    read = mock.get("/widgets/w9")
    assert made.headers["etag"] == read.headers["etag"]
    assert made.headers["last-modified"] == read.headers["last-modified"] == "Mon, 05 Jan 2026 12:00:00 GMT"
