"""How a no is worded: in the shape that the contract documents, else as RFC 9457 has it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.contracts import WIDGETS, body, contract, crud
from tests.harness import Mock

Serve = Callable[..., Mock]


def documented(status: Any, schema: Any, media_type: str = "application/json") -> str:
    paths = crud("/widgets")
    for item in paths.values():
        for operation in item.values():
            if isinstance(operation, dict):
                content = {media_type: {"schema": schema}}
                operation["responses"][status] = {"description": "", "content": content}
    return contract(paths)


MESSAGE = {
    "type": "object",
    "required": ["code", "message", "at"],
    "additionalProperties": False,
    "properties": {
        "code": {"type": "integer"},
        "message": {"type": "string"},
        "at": {"type": "string", "format": "date-time"},
    },
}


def test_an_error_wears_the_shape_that_the_contract_documents(serve: Serve) -> None:
    for status in ("404", "4XX", "default"):
        answer = serve(documented(status, MESSAGE), WIDGETS).get("/widgets/nope")
        assert answer.status_code == 404
        assert answer.headers["content-type"] == "application/json"
        assert answer.json() == {
            "code": 404,
            "message": "There is no nope in widgets.",
            "at": "2026-01-05T12:00:00.000Z",
        }


def test_an_error_wears_the_media_type_that_the_contract_documents(serve: Serve) -> None:
    spec = documented("404", MESSAGE, "application/vnd.shop.error+json")
    answer = serve(spec, WIDGETS).get("/widgets/nope")
    assert answer.headers["content-type"] == "application/vnd.shop.error+json"


def test_every_road_to_an_error_wears_the_documented_shape(serve: Serve) -> None:
    mock = serve(documented("default", MESSAGE), WIDGETS, max_body=100)
    roads = {
        400: mock.post("/widgets", content="{", headers={"content-type": "application/json"}),
        404: mock.get("/widgets/nope"),
        405: mock.delete("/widgets"),
        409: mock.post("/widgets", json={"id": "w1", "name": "x"}),
        413: mock.post("/widgets", json={"name": "x" * 100}),
        415: mock.post("/widgets", content="x", headers={"content-type": "text/csv"}),
    }
    for status, answer in roads.items():
        assert answer.status_code == status
        assert answer.json().keys() == {"code", "message", "at"}
        assert answer.json()["code"] == status


def test_without_a_documented_shape_an_error_is_a_problem(serve: Serve) -> None:
    answer = serve(contract(crud("/widgets")), WIDGETS).post("/widgets", json={"name": 3})
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert (problem["type"], problem["title"], problem["status"]) == ("about:blank", "Bad Request", 400)
    assert problem["operation"] == "shop.post_widgets"
    assert [one["pointer"] for one in problem["violations"]] == ["/name"]


HANDLERS = """
from mockade.dialects import Dialect, flat_error
from mockade.handling import Refusal

dialect = Dialect(
    errors=flat_error("error", "code"),
    component="Error",
    violation_status=422,
    engine={"no_operation": (404, "NO_ROUTE"), "unauthenticated": (403, "WHO")},
)

def late(call):
    raise Refusal(409, "LATE", "Too late.", headers={"Retry-After": "5"})

def lost(call):
    raise Refusal(404, "LOST", "Lost.")
"""


NOBODY = """
from mockade.errors import OurFault

def late(call):
    raise OurFault("No value was found.", status=501)
"""


def with_dialect(**error: Any) -> str:
    schema = {
        "type": "object",
        "required": ["error", "code"],
        "properties": {"code": {"type": "string"}, **error},
    }
    paths = {
        **crud("/widgets"),
        "/late": {
            "get": {"operationId": "late", "responses": {200: {"description": ""}, 409: {"description": ""}}}
        },
        "/lost": {
            "get": {"operationId": "lost", "responses": {200: {"description": ""}, 409: {"description": ""}}}
        },
    }
    paths["/late"]["get"]["responses"][409] |= body({"$ref": "#/components/schemas/Error"})
    return contract(paths, {"Error": schema})


def test_a_dialect_words_refusals_violations_and_what_the_engine_says(serve: Serve) -> None:
    mock = serve(with_dialect(error={"type": "string"}), WIDGETS, HANDLERS)
    late = mock.get("/late")
    assert (late.status_code, late.json()) == (409, {"error": "Too late.", "code": "LATE"})
    assert late.headers["retry-after"] == "5"
    assert mock.get("/widgets/x/y").json()["code"] == "NO_ROUTE"
    broken = mock.post("/widgets", json={"name": 3})
    assert broken.status_code == 422
    assert "body/name" in broken.json()["error"]
    missing = mock.get("/widgets/nope")
    assert (missing.status_code, missing.json()["error"]) == (404, "There is no nope in widgets.")
    assert mock.delete("/widgets").headers["allow"] == "GET, HEAD, POST"


def test_a_dialect_words_what_nobody_answers_and_what_lies_beside_all_paths(serve: Serve) -> None:
    mock = serve(with_dialect(error={"type": "string"}), WIDGETS, HANDLERS + NOBODY)
    nobody = mock.get("/late")
    assert (nobody.status_code, nobody.json()["code"]) == (501, "not_implemented")
    assert nobody.json()["error"] == "No value was found."
    assert mock.last.answered_by == "stub"
    for path in ("/", "/elsewhere/a", "/v2/widgets"):
        answer = mock.get(path)
        assert (answer.status_code, answer.json()["code"]) == (404, "NO_ROUTE")


def test_a_dialect_that_breaks_the_contract_is_our_fault(serve: Serve) -> None:
    mock = serve(with_dialect(error={"type": "integer"}), WIDGETS, HANDLERS)
    for path in ("/late", "/widgets/nope", "/widgets/x/y"):
        answer = mock.get(path)
        assert answer.status_code == 500
        assert answer.json()["violations"][0]["pointer"] == "/error"


def test_a_refusal_that_the_operation_does_not_document_is_our_fault(serve: Serve) -> None:
    answer = serve(with_dialect(error={"type": "string"}), handlers=HANDLERS).get("/lost")
    assert answer.status_code == 500
    assert "lost refused with 404" in answer.json()["detail"]
