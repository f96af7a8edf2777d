"""Actions: what is done to one row at a path of its own.

Holds `crud/roles/action_paths.py` too.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.contracts import answers, body, contract, crud
from tests.harness import Mock

Serve = Callable[..., Mock]

TEXT = {"type": "string"}
ORDER = {
    "type": "object",
    "required": ["id", "status"],
    "properties": {
        "id": TEXT,
        "status": {"type": "string", "enum": ["open", "shipped", "canceled"], "readOnly": True},
        "canceled_at": {"type": "string", "format": "date-time", "readOnly": True},
        "amount": {"type": "integer"},
        "note": TEXT,
    },
}
REF = {"$ref": "#/components/schemas/Order"}
FIXTURES = "orders: [{id: o1, status: open, amount: 7}, {id: o2, status: open}]"


def act(schema: Any = REF, code: int = 200, **sent: Any) -> dict[str, Any]:
    asked = {"requestBody": body({"type": "object", "properties": sent})} if sent else {}
    return {**asked, **answers(code, schema)}


@pytest.fixture
def served(serve: Serve) -> Callable[..., Mock]:
    """Serves orders with actions below them: method and operation by path behind the item path."""

    def start(actions: dict[str, dict[str, Any]], fixtures: str = FIXTURES, base: str = "/orders") -> Mock:
        paths = crud(base, REF, {"type": "object"})
        paths |= {f"{base}/{{id}}{path}": methods for path, methods in actions.items()}
        return serve(contract(paths, {"Order": ORDER}), fixtures)

    return start


@pytest.mark.parametrize("path", ["/cancel", ":cancel", "/actions/cancel"])
@pytest.mark.parametrize("method", ["post", "put"])
def test_an_action_answers_the_row_with_the_status_that_it_names(served: Any, path: str, method: str) -> None:
    mock = served({path: {method: act()}})
    now = "2026-01-05T12:00:00.000Z"
    done = {"id": "o1", "status": "canceled", "amount": 7, "canceled_at": now}
    assert mock.request(method.upper(), f"/orders/o1{path}").json() == done
    assert mock.last.answered_by == "shape"
    assert not mock.last.notices
    assert mock.get("/orders/o1").json() == done
    assert mock.get("/orders/o2").json()["status"] == "open"
    assert mock.request(method.upper(), f"/orders/nope{path}").status_code == 404


@pytest.mark.parametrize(("status", "schema"), [(204, None), (202, None), (202, REF)])
def test_an_action_answers_as_it_is_documented(served: Any, status: int, schema: Any) -> None:
    mock = served({"/cancel": {"post": act(schema, status)}})
    answer = mock.post("/orders/o1/cancel")
    assert answer.status_code == status
    assert (answer.json() == mock.get("/orders/o1").json()) if schema else not answer.content
    assert mock.get("/orders/o1").json()["status"] == "canceled"


def test_a_result_that_is_no_row_is_the_contracts_and_tells_what_the_row_has(served: Any) -> None:
    result = {
        "type": "object",
        "required": ["done", "status", "amount"],
        "properties": {"done": {"type": "boolean"}, "status": TEXT, "amount": {"type": "integer"}},
    }
    mock = served({"/cancel": {"post": act(result)}})
    answer = mock.post("/orders/o1/cancel").json()
    assert (answer["status"], answer["amount"]) == ("canceled", 7)
    assert mock.last.answered_by == "generated"
    assert mock.get("/orders/o1").json()["status"] == "canceled"


def test_an_action_that_no_property_tells_of_changes_nothing_and_the_journal_says_so(served: Any) -> None:
    mock = served({"/duplicate": {"post": act()}})
    before = mock.get("/orders/o1").json()
    assert mock.post("/orders/o1/duplicate").json() == before
    (notice,) = mock.last.notices
    assert notice.rule == "action"
    assert 'says that it was "duplicate"' in notice.message


def test_what_an_action_sends_is_written_only_where_it_says_so(served: Any) -> None:
    number = {"type": "integer"}
    mock = served(
        {
            "/refund": {"post": act(amount=number)},
            "/note": {"post": act(note=TEXT, other=TEXT)},
            "/update-amount": {"post": act(amount=number)},
            "/status": {"put": act(status=TEXT)},
        }
    )
    mock.post("/orders/o1/refund", json={"amount": 1})
    assert mock.get("/orders/o1").json()["amount"] == 7
    assert mock.post("/orders/o1/note", json={"note": "soon", "other": "x"}).json()["note"] == "soon"
    changed = mock.post("/orders/o1/update-amount", json={"amount": 9, "status": "shipped"}).json()
    assert (changed["amount"], changed["status"]) == (9, "open")
    assert mock.put("/orders/o1/status", json={"status": "shipped", "amount": 1}).json() == {
        **changed,
        "status": "shipped",
    }
    assert mock.put("/orders/o1/status", json={"status": "lost"}).status_code == 200
    assert mock.get("/orders/o1").json()["status"] == "shipped"


def test_a_delete_beside_an_action_undoes_it(serve: Serve) -> None:
    row = {"type": "object", "properties": {"id": TEXT, "starred": {"type": "boolean"}}}
    paths = crud("/shops/{shop}/pets", row, {"type": "object"})
    paths["/shops/{shop}/pets/{id}/star"] = {"put": answers(204), "delete": answers(204)}
    mock = serve(contract(paths), "pets: [{id: p1, _shop: s}]")
    assert mock.put("/shops/s/pets/p1/star").status_code == 204
    assert mock.get("/shops/s/pets/p1").json()["starred"] is True
    assert mock.delete("/shops/s/pets/p1/star").status_code == 204
    assert mock.get("/shops/s/pets/p1").json()["starred"] is False
    assert mock.put("/shops/other/pets/p1/star").status_code == 404
