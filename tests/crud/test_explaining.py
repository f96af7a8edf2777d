"""What rows say of themselves: what was recognised, and what is declared and not acted on.

Holds `crud/listing/unused_query.py` too.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from mockade.catalogue.files import find_files
from mockade.catalogue.loading import load_apis
from mockade.catalogue.shape_answers import ShapeAnswerer
from mockade.crud.explaining import explained
from tests.contracts import answers, body, contract, crud
from tests.harness import Mock

Serve = Callable[..., Mock]

TEXT = {"type": "string"}
ORDER = {
    "type": "object",
    "properties": {"id": TEXT, "user_id": TEXT, "status": {"type": "string", "enum": ["open", "closed"]}},
}
REF = {"$ref": "#/components/schemas/Order"}


def query(*names: str) -> list[dict[str, Any]]:
    return [{"name": name, "in": "query", "schema": {"type": "string"}} for name in names]


def paths() -> dict[str, Any]:
    found = {**crud("/users"), **crud("/users/{user_id}/orders", REF, {"type": "object"})}
    listed = {"type": "object", "properties": {"data": {"type": "array", "items": REF}, "next": TEXT}}
    found["/users/{user_id}/orders"]["get"] = {
        **answers(200, listed),
        "parameters": query("status", "sort", "cursor", "limit", "expand"),
    }
    found["/users/{user_id}/orders/{id}"]["get"]["parameters"] = query(
        "fields", "tone", "with_count", "api_key"
    )
    found["/users/{user_id}/orders/{id}/close"] = {"post": answers(200, REF)}
    found["/users/{user_id}/orders/{id}/copy"] = {"post": answers(200, REF)}
    found["/config"] = {
        "get": answers(200, ORDER),
        "put": {"requestBody": body(ORDER), **answers(200, ORDER)},
    }
    return found


def test_what_was_recognised_is_said_of_each_kind(home: Callable[..., Path]) -> None:
    folder = home(specs={"shop.yaml": contract(paths(), {"Order": ORDER})})
    api = load_apis(find_files(folder, ()))["shop"]

    def facts(identifier: str) -> dict[str, list[str]]:
        answerer = api.answerers[identifier]
        assert isinstance(answerer, ShapeAnswerer)
        found: dict[str, list[str]] = {}
        for fact in explained(answerer.answer):
            found.setdefault(fact.label if fact.is_acted_on else f"not {fact.label}", []).append(fact.text)
        return found

    listed = facts("get_users_user_id_orders")
    assert listed["collection"] == ["orders"]
    assert listed["row"][0].startswith("Order, ")
    assert listed["key"] == ["the property 'id', below {user_id}"]
    assert listed["parent"] == ["{user_id} is the property 'user_id'"]
    assert listed["below"] == ["a row of users, which has to be there, or it is a 404"]
    assert listed["envelope"] == ["the rows in 'data'"]
    assert [text.partition(":")[0] for text in listed["paging"]] == ["limit", "cursor"]
    assert listed["sorting"] == ["sort: the properties to sort by"]
    assert [text.partition(":")[0] for text in listed["filter"]] == ["status"]
    assert [text.partition(":")[0] for text in listed["not query"]] == ["expand"]
    read = facts("get_users_user_id_orders_id")
    assert [text.partition(":")[0] for text in read["not query"]] == ["fields", "tone", "with_count"]
    assert facts("post_users_user_id_orders_id_close")["sets"] == ["status to 'closed'"]
    assert "not sets" in facts("post_users_user_id_orders_id_copy")
    assert facts("get_config")["collection"] == ["config: a singleton, there before anybody wrote it"]


def test_a_query_that_is_not_acted_on_is_told_by_each_request_that_uses_it(serve: Serve) -> None:
    mock = serve(
        contract(paths(), {"Order": ORDER}), "users: [{id: u, name: U}]\norders: [{id: o, user_id: u}]"
    )
    assert mock.get("/users/u/orders/o").status_code == 200
    assert not mock.last.notices
    assert mock.get("/users/u/orders/o?fields=id").json() == {"id": "o", "user_id": "u"}
    (notice,) = mock.last.notices
    assert (notice.rule, notice.path) == ("unsupported", ("fields",))
    assert "which generated answers do not act on" in notice.message
    assert mock.get("/users/u/orders/o?with_count=true").status_code == 200
    assert "'with_count', whether the total is told, which" in mock.last.notices[0].message
    assert mock.get("/users/u/orders/o?api_key=k").status_code == 200
    assert not mock.last.notices  # a credential that no scheme declares
