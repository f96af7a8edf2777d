"""What handlers use: parts of a body checked one by one.

Every API's tests hold `handling/call.py` and `handling/answers.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from mockade.errors import SetupError
from mockade.handling import Caller
from tests.contracts import answers, body, contract, crud
from tests.harness import Mock

Serve = Callable[..., Mock]

HANDLERS = """
def make_widgets(call, body):
    results = []
    for at, part in enumerate(body):
        violations = call.rows("widgets").violations(part, "parts", at)
        results.append([f"{one.where} {one.pointer}" for one in violations] or call.rows("widgets").add(part))
    return results
"""

WIDGET = {
    "type": "object",
    "required": ["id"],
    "properties": {"id": {"type": "string"}, "size": {"type": "integer", "default": 3}},
}


def test_the_parts_of_a_body_can_be_checked_one_by_one(serve: Serve) -> None:
    parts: dict[str, Any] = {"type": "array", "items": {"type": "object"}}
    make = {"operationId": "makeWidgets", "requestBody": body(parts), **answers(200, {"type": "array"})}
    paths = {**crud("/widgets"), "/all-widgets": {"post": make}}
    mock = serve(contract(paths, {"Widget": WIDGET}), handlers=HANDLERS)
    answer = mock.post(
        "/all-widgets", json=[{"id": "a"}, {"id": 1, "size": "x"}, {}, {"id": "b", "size": 2.0}]
    )
    assert answer.json() == [
        {"id": "a", "size": 3},
        ["body /parts/1/id", "body /parts/1/size"],
        ["body /parts/2/id"],
        {"id": "b", "size": 2},
    ]
    assert [row["id"] for row in mock.get("/widgets").json()] == ["a", "b"]


PUTTING = """
from mockade.handling import Row

def put_widget(call, id, body):
    return call.rows("widgets").put(Row({**body, "id": id}))
"""


def test_a_row_that_was_made_without_a_key_is_stored_under_its_own(serve: Serve) -> None:
    put = {"operationId": "putWidget", "requestBody": body({"type": "object"}), **answers(200, WIDGET)}
    paths = crud("/widgets")
    item = next(path for path in paths if path != "/widgets")
    mock = serve(contract({**paths, item: {**paths[item], "put": put}}, {"Widget": WIDGET}), handlers=PUTTING)
    for size in (1, 2):
        for one in ("a", "b"):
            assert mock.put(f"/widgets/{one}", json={"size": size}).status_code == 200
    assert mock.get("/widgets").json() == [{"id": "a", "size": 2}, {"id": "b", "size": 2}]
    assert mock.get("/widgets/b").json() == {"id": "b", "size": 2}


@pytest.mark.parametrize(
    ("indexes", "asked", "sentence"),
    [
        ("('owner',)", "owner", "The indexes of widgets are functions by name"),
        ("{'owner': 'owner'}", "owner", "The indexes of widgets are functions by name"),
        (
            "{'owner': lambda row: row['id']}",
            "owner",
            "The index 'owner' of widgets answers 'w'",
        ),
        ("{'owner': lambda row: [row['id']]}", "ower", "no index 'ower'. Did you mean 'owner'?"),
    ],
)
def test_an_index_that_would_find_nothing_says_so(
    serve: Serve, indexes: str, asked: str, sentence: str
) -> None:
    handlers = f"""
from mockade.handling import Collection

collections = (Collection("widgets", holds="Widget", indexes={indexes}),)

def find_widgets(call):
    return list(call.rows("widgets").where("{asked}", "w"))
"""
    find = {"operationId": "findWidgets", **answers(200, {"type": "array"})}
    document = contract({**crud("/widgets"), "/found": {"get": find}}, {"Widget": WIDGET})
    try:
        said = serve(document, "widgets: [{id: w}]", handlers=handlers).get("/found").text
    except SetupError as error:
        said = str(error)
    assert sentence in said


def test_a_callers_permissions_may_be_any_collection_of_texts() -> None:
    assert Caller("ada", ["read"]).holds("read")  # type: ignore[arg-type]
    assert not Caller("ada", ()).holds("read")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"\['read'\]"):
        Caller("ada", "read")  # type: ignore[arg-type]


ADDING = """
def add_widget(call, shop, body):
    return call.rows("widgets").add(body, **({"shop": shop} if body["name"] == "of a shop" else {}))
"""


def test_a_new_row_that_does_not_say_whose_it_is_is_told_how_to(serve: Serve) -> None:
    below = crud("/shops/{shop}/widgets")
    below["/shops/{shop}/widgets"]["post"]["operationId"] = "addWidget"
    shop = {"type": "object", "properties": {"id": {"type": "string"}}}
    mock = serve(
        contract({**crud("/shops", shop), **below}, {"Widget": WIDGET}),
        "shops: [{id: s1}]",
        handlers=ADDING,
    )
    lacking = mock.post("/shops/s1/widgets", json={"id": "w1", "name": "of nobody"})
    assert lacking.status_code == 500
    assert (
        "A new row of widgets lacks '_shop', which its key is made of: say add(values, shop=…)."
        in lacking.json()["detail"]
    )
    assert mock.post("/shops/s1/widgets", json={"id": "w1", "name": "of a shop"}).status_code == 201
    assert [row["id"] for row in mock.get("/shops/s1/widgets").json()] == ["w1"]


KEYED = """
from mockade.handling import Collection

collections = (Collection("widgets", holds="Widget", key={key}),)


def post_widgets(call, body):
    return call.rows("widgets").add(body)
"""


@pytest.mark.parametrize(
    ("key", "mend"),
    [
        ("'_id'", "lacks '_id', which its key is made of: put '_id' into the values."),
        ("lambda row: row['_id']", "lacks '_id', which its key is made of: put '_id' into the values."),
        (
            "lambda row: row.beside['owner']",
            "lacks 'owner', which its key is made of: say add(values, owner=…).",
        ),
    ],
)
def test_what_a_new_row_lacks_is_told_by_the_contract_and_not_by_its_name(
    key: str, mend: str, serve: Serve
) -> None:
    widget = {"type": "object", "properties": {"_id": {"type": "string"}, "name": {"type": "string"}}}
    document = contract(crud("/widgets"), {"Widget": widget})
    answer = serve(document, "widgets: []", handlers=KEYED.format(key=key)).post("/widgets", json={})
    assert answer.status_code == 500
    assert mend in answer.json()["detail"]
