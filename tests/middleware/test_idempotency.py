"""A request that comes again with its idempotency key gets its first answer, and changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.contracts import REF, answers, body, contract, crud
from tests.harness import Mock

Serve = Callable[..., Mock]


def keyed(header: str = "Idempotency-Key", description: str = "", **more: Any) -> str:
    """Widgets whose POST takes a key, and documents `more` answers."""
    paths = crud("/widgets")
    given = {"type": "object", "properties": {"name": {"type": "string"}}}
    made = answers(201, REF, headers={"Location": {"schema": {"type": "string"}}})
    paths["/widgets"]["post"] = {"requestBody": body(given), **made}
    parameter = {"name": header, "in": "header", "schema": {"type": "string"}, "description": description}
    paths["/widgets"]["post"] |= {"parameters": [parameter]}
    paths["/widgets"]["post"]["responses"] |= more
    paths["/things"] = {"post": {"parameters": [parameter], **answers(200, {"type": "object"})}}
    return contract(paths)


def sent(mock: Mock, key: str, name: str = "One", header: str = "Idempotency-Key", **more: Any) -> Any:
    return mock.post("/widgets", json={"name": name}, headers={header: key}, **more)


@pytest.mark.parametrize(
    ("header", "description"),
    [
        ("Idempotency-Key", ""),
        ("X-IDEMPOTENCY-KEY", ""),
        ("idempotencyKey", ""),
        ("Shop-Request-Id", "Stored for 72 hours: makes the request idempotent."),
    ],
)
def test_the_first_answer_comes_again_and_nothing_changes(
    serve: Serve, header: str, description: str
) -> None:
    mock = serve(keyed(header, description))
    first = sent(mock, "k1", header=header)
    state = mock.state
    mock.advance(60)
    again = sent(mock, "k1", header=header)
    assert (again.status_code, again.content) == (201, first.content)
    assert again.headers["location"] == first.headers["location"]
    assert mock.state.tables is state.tables
    assert mock.last.notices[0].rule == "idempotency"
    other = sent(mock, "k2", header=header)
    assert other.json()["id"] != first.json()["id"]
    assert len(mock.get("/widgets").json()) == 2


@pytest.mark.parametrize(("documented", "status"), [(["422", "409"], 422), (["409"], 409), (["400"], 400)])
def test_another_request_with_the_key_is_refused_as_documented(
    serve: Serve, documented: list[str], status: int
) -> None:
    mock = serve(keyed(**{one: {"description": "no"} for one in documented}))
    first = sent(mock, "k1")
    refused = sent(mock, "k1", "Two")
    assert (refused.status_code, "'k1' was used" in refused.json()["detail"]) == (status, True)
    assert sent(mock, "k1").content == first.content
    assert len(mock.get("/widgets").json()) == 1
    long = "k" * 3000
    sent(mock, long)
    assert len(sent(mock, long, "Two").text) < 1000


def test_another_request_with_the_key_is_told_where_no_refusal_is_documented(serve: Serve) -> None:
    mock = serve(keyed())
    sent(mock, "k1")
    second = sent(mock, "k1", "Two")
    assert (second.status_code, second.json()["name"]) == (201, "Two")
    assert "was used for another request" in mock.last.notices[0].message


def test_a_key_is_its_callers_and_its_operations_and_lasts_a_day(serve: Serve) -> None:
    mock = serve(keyed())
    first = sent(mock, "k1").json()
    assert mock.post("/things", headers={"Idempotency-Key": "k1"}).status_code == 200
    mock.advance(86_399)
    assert sent(mock, "k1").json() == first
    mock.advance(1)
    assert sent(mock, "k1").json() != first


@pytest.mark.parametrize(("argument", "made"), [("", 1), (", idempotency_key", 2)])
def test_what_a_handler_answered_comes_again_unless_it_takes_the_key_itself(
    home: Callable[..., Any], make_mock: Serve, argument: str, made: int
) -> None:
    module = f"""
def post_widgets(call, body{argument}):
    rows = call.rows("widgets")
    return rows.add({{"id": f"w{{rows.births + 1}}", **body}})
"""
    specs, fixtures = {"shop.yaml": keyed()}, {"shop.yaml": "widgets: []"}
    mock = make_mock(home=home(specs=specs, fixtures=fixtures, apis={"shop.py": module}))
    first, again = (sent(mock, "k1") for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert (first.json()["id"], again.json()["id"]) == ("w1", f"w{made}")
    assert len(mock.get("/widgets").json()) == made


def test_a_refusal_is_not_kept(serve: Serve) -> None:
    mock = serve(keyed())
    assert sent(mock, "k1", name=3).status_code == 400  # type: ignore[arg-type]
    assert sent(mock, "k1").status_code == 201


def test_keys_are_a_worlds_own_and_go_back_with_it(serve: Serve) -> None:
    mock = serve(keyed())
    first = sent(mock, "k1").json()
    entry = mock.last.id
    assert mock.post("/_mockade/v1/worlds/default/fork", json={"name": "fork"}).status_code == 201
    there = mock.post("/@fork/widgets", json={"name": "One"}, headers={"Idempotency-Key": "k1"})
    assert there.json() == first
    for back in (f"journal/{entry}/rewind", "reset"):
        assert mock.post(f"/_mockade/v1/worlds/default/{back}").is_success
        assert mock.get("/widgets").json() == []
        assert sent(mock, "k1").status_code == 201
        assert len(mock.get("/widgets").json()) == 1
