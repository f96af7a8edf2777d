"""Errors of an API without a dialect: in the shape that its contract documents.

Holds `dialects/__init__.py`, `dialects/error_members.py` and `dialects/problem_members.py` too.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest

from mockade.contract.operations import Operation
from mockade.contract.violations import ABSENT, Violation
from mockade.dialects.inferred import ErrorFacts, documented_status, error_body
from tests.contract.documents import contract_of, operation_of

TEXT = {"type": "string"}
NOW = "2026-01-05T12:00:00.000Z"

BROKEN = [
    Violation("body", ("name",), "minLength", "The name is too short."),
    Violation("query", ("limit",), "type", "Expected integer."),
]


def operation(folder: Path, responses: dict[str, Any], **schemas: Any) -> Operation:
    """An operation whose responses are these schemas, by status."""
    documented = {
        status: {
            "description": "d",
            **({"content": {"application/json": {"schema": schema}}} if schema else {}),
        }
        for status, schema in responses.items()
    }
    return operation_of(contract_of(folder, schemas, paths={"/a": {"get": {"responses": documented}}}))


def body_of(
    folder: Path, schema: dict[str, Any], *, violations: Any = (), status: int = 404, **schemas: Any
) -> Any:
    facts = ErrorFacts(status, "widget_missing", "There is no such widget.", NOW, violations)
    return error_body([operation(folder, {"404": schema}, **schemas)], facts)


def record(**properties: Any) -> dict[str, Any]:
    """An object of which everything is required."""
    return {"type": "object", "required": list(properties), "properties": properties}


@pytest.mark.parametrize(
    ("documented", "status", "answered"),
    [
        (["422"], 400, 422),
        (["400", "422"], 400, 400),
        ([], 400, 400),
        (["403"], 401, 403),
        (["401", "403"], 401, 401),
        (["400"], 404, 404),
    ],
)
def test_a_status_gives_way_to_its_documented_sister(
    tmp_path: Path, documented: list[str], status: int, answered: int
) -> None:
    assert documented_status(operation(tmp_path, dict.fromkeys(documented)), status) == answered
    assert documented_status(None, status) == status


@pytest.mark.parametrize(
    ("schema", "body"),
    [
        (record(message=TEXT), {"message": "There is no such widget."}),
        (record(error=record(code=TEXT, message=TEXT)), {
            "error": {"code": "widget_missing", "message": "There is no such widget."}
        }),
        (
            record(status={"type": "integer"}, type=TEXT, detail=TEXT),
            {"status": 404, "type": "widget_missing", "detail": "There is no such widget."},
        ),
        (record(ok={"type": "boolean"}, at={"type": "string", "format": "date-time"}, msg=TEXT), {
            "ok": False, "at": NOW, "msg": "There is no such widget."
        }),
        (record(code={"type": "string", "enum": ["OOPS"]}), {"code": "OOPS"}),
        (record(errors={"type": "array", "items": TEXT}), {"errors": ["There is no such widget."]}),
        (TEXT, "There is no such widget."),
        ({"allOf": [record(code=TEXT), record(message=TEXT)]}, {
            "code": "widget_missing", "message": "There is no such widget."
        }),
        ({"allOf": [record(code=TEXT)], **record(message=TEXT)}, {
            "code": "widget_missing", "message": "There is no such widget."
        }),
        ({"oneOf": [record(message=TEXT), record(other=TEXT)]}, {"message": "There is no such widget."}),
        (record(code={"allOf": [{"type": "string", "enum": ["OOPS"]}]}), {"code": "OOPS"}),
    ],
)  # fmt: skip
def test_a_documented_shape_is_filled_with_what_is_wrong(tmp_path: Path, schema: Any, body: Any) -> None:
    assert body_of(tmp_path, schema) == body


def test_what_need_not_be_said_is_said_when_it_is_a_sentence(tmp_path: Path) -> None:
    schema = {"type": "object", "properties": {"message": TEXT, "colour": TEXT}}
    assert body_of(tmp_path, schema) == {"message": "There is no such widget."}


NUMBER = {"type": "integer"}


def may_have(**properties: Any) -> dict[str, Any]:
    """An object of which nothing is required."""
    return {"type": "object", "properties": properties}


@pytest.mark.parametrize(
    ("schema", "body"),
    [
        (may_have(code=TEXT, message=TEXT), {"code": "already_leader", "message": "She leads."}),
        (may_have(errorCode=TEXT, error=TEXT), {"errorCode": "already_leader", "error": "She leads."}),
        (may_have(error=TEXT, message=TEXT), {"error": "already_leader", "message": "She leads."}),
        (
            may_have(error=TEXT, error_description=TEXT),
            {"error": "already_leader", "error_description": "She leads."},
        ),
        (may_have(error=TEXT, code=TEXT, message=TEXT), {
            "error": "Conflict", "code": "already_leader", "message": "She leads."
        }),
        (may_have(reason=TEXT, message=TEXT), {"reason": "already_leader", "message": "She leads."}),
        (may_have(error=TEXT), {"error": "She leads."}),
        (may_have(errors={"type": "array", "items": TEXT}), {"errors": ["She leads."]}),
        (may_have(errorMessages={"type": "array", "items": TEXT}, errors={"type": "object"}), {
            "errorMessages": ["She leads."]
        }),
        (may_have(code=TEXT, message=TEXT, errors={"type": "array", "items": TEXT}), {
            "code": "already_leader", "message": "She leads."
        }),
        (may_have(fault=may_have(faultstring=TEXT, detail=may_have(errorcode=TEXT))), {
            "fault": {"faultstring": "She leads.", "detail": {"errorcode": "already_leader"}}
        }),
        (may_have(error=may_have(type=TEXT, message=TEXT)), {
            "error": {"type": "already_leader", "message": "She leads."}
        }),
        (may_have(error=may_have(code=NUMBER, message=TEXT, errors={
            "type": "array", "items": may_have(reason=TEXT, message=TEXT)
        })), {"error": {"message": "She leads.", "errors": [
            {"reason": "already_leader", "message": "She leads."}
        ]}}),
        (may_have(errors={"type": "array", "items": may_have(code=TEXT, title=TEXT, detail=TEXT)}), {
            "errors": [{"code": "already_leader", "title": "Conflict", "detail": "She leads."}]
        }),
        (may_have(code={"type": "string", "enum": ["OTHER", "ALREADY_LEADER"]}, msg=TEXT), {
            "code": "ALREADY_LEADER", "msg": "She leads."
        }),
        (may_have(code={"type": "string", "enum": ["OTHER"]}, msg=TEXT), {"msg": "She leads."}),
        (may_have(code={"type": "string", "pattern": "^E[0-9]+$"}, msg=TEXT), {"msg": "She leads."}),
        (may_have(code={**TEXT, "nullable": True}, msg=TEXT), {
            "code": "already_leader", "msg": "She leads."
        }),
        (may_have(type=TEXT, title=TEXT, status=NUMBER, detail=TEXT, instance=TEXT), {
            "type": "already_leader", "title": "Conflict", "status": 409, "detail": "She leads."
        }),
        (may_have(type={**TEXT, "format": "uri"}, title=TEXT, status=NUMBER, detail=TEXT), {
            "type": "about:blank", "title": "Conflict", "status": 409, "detail": "She leads."
        }),
        ({"allOf": [may_have(type=TEXT, title=TEXT, detail=TEXT), may_have(code=TEXT)]}, {
            "title": "Conflict", "detail": "She leads.", "code": "already_leader"
        }),
    ],
)  # fmt: skip
def test_a_refusal_keeps_its_code_where_there_is_a_place_for_it(
    tmp_path: Path, schema: Any, body: Any
) -> None:
    facts = ErrorFacts(409, "already_leader", "She leads.", NOW)
    assert error_body([operation(tmp_path, {"409": schema})], facts) == body


def test_each_violation_is_an_item_of_a_list(tmp_path: Path) -> None:
    steps = {"type": "array", "items": {"anyOf": [TEXT, {"type": "integer"}]}}
    item = record(loc=steps, msg=TEXT, type=TEXT)
    schema = record(detail={"type": "array", "items": item})
    assert body_of(tmp_path, schema, violations=BROKEN) == {
        "detail": [
            {"loc": ["name"], "msg": "The name is too short.", "type": "minLength"},
            {"loc": ["limit"], "msg": "Expected integer.", "type": "type"},
        ]
    }


@pytest.mark.parametrize(
    ("item", "violations", "details"),
    [
        (may_have(field=TEXT, issue=TEXT), True, [{"field": "/name", "issue": "The name is too short."}]),
        (
            may_have(pointer=TEXT, reason=TEXT),
            True,
            [{"pointer": "/name", "reason": "The name is too short."}],
        ),
        (may_have(path=TEXT), True, [{"path": "/name"}]),
        (may_have(field=TEXT, issue=TEXT), False, None),
        (may_have(colour=TEXT), True, None),
        (record(field=TEXT, colour=TEXT), True, [{"field": "/name", "colour": "string"}]),
    ],
)
def test_a_list_that_need_not_be_there_says_something_or_is_left_out(
    tmp_path: Path, item: dict[str, Any], violations: bool, details: Any
) -> None:
    schema = {**record(message=TEXT), "required": ["message"]}
    schema["properties"] = {**schema["properties"], "details": {"type": "array", "items": item}}
    body = body_of(tmp_path, schema, violations=BROKEN[:1] if violations else ())
    assert body.pop("message")
    assert body == ({"details": details} if details else {})


PROBLEM = {"type": "about:blank", "title": "Not Found", "status": 404, "detail": "There is no such widget."}
SHORT = {"title": "Not Found", "detail": "There is no such widget."}
OBJECT = {"type": "object"}


@pytest.mark.parametrize(
    ("schema", "body"),
    [
        (OBJECT, PROBLEM),
        ({"allOf": [OBJECT, OBJECT]}, PROBLEM),
        ({**OBJECT, "properties": {"meta": OBJECT}}, PROBLEM),
        ({**OBJECT, "additionalProperties": TEXT}, SHORT),
        ({**OBJECT, "maxProperties": 2}, SHORT),
        (record(error=OBJECT), {"error": PROBLEM}),
        (record(ok={"type": "boolean"}), {**PROBLEM, "ok": False}),
        (record(status={"type": "integer", "maximum": 7}), ABSENT),
        ({"type": "array", "items": OBJECT}, [PROBLEM]),
        ({**OBJECT, "additionalProperties": False}, {}),
    ],
)
def test_what_has_no_place_in_a_shape_is_told_as_a_problem_within_it(
    tmp_path: Path, schema: dict[str, Any], body: Any
) -> None:
    assert body_of(tmp_path, schema) == body


@pytest.mark.parametrize("schema", [OBJECT, {"type": "array", "items": OBJECT}])
def test_each_violation_is_told_where_the_shape_has_no_place_for_it(tmp_path: Path, schema: Any) -> None:
    body = body_of(tmp_path, schema, violations=BROKEN)
    told = body[0] if isinstance(body, list) else body
    assert [one["pointer"] for one in told["violations"]] == ["/name", "/limit"]


def test_a_status_without_a_shape_borrows_none_that_cannot_say_it(tmp_path: Path) -> None:
    one = operation(tmp_path, {"404": {**OBJECT, "additionalProperties": False}})
    assert error_body([one], ErrorFacts(404, "c", "m", NOW)) == {}
    assert error_body([one], ErrorFacts(405, "c", "m", NOW)) is ABSENT


def test_a_path_that_is_text_is_a_pointer(tmp_path: Path) -> None:
    schema = record(errors={"type": "array", "items": record(field=TEXT, message=TEXT)})
    assert body_of(tmp_path, schema, violations=BROKEN)["errors"][0] == {
        "field": "/name",
        "message": "The name is too short.",
    }


def test_an_error_that_may_contain_errors_ends(tmp_path: Path) -> None:
    error = {
        "type": "object",
        "required": ["code", "message"],
        "properties": {
            "code": TEXT,
            "message": TEXT,
            "details": {"type": "array", "items": {"$ref": "#/components/schemas/Error"}},
        },
    }
    body = body_of(tmp_path, {"$ref": "#/components/schemas/Error"}, violations=BROKEN, Error=error)
    assert [one["message"] for one in body["details"]] == ["The name is too short.", "Expected integer."]
    assert all("details" not in one for one in body["details"])


@pytest.mark.parametrize(
    "error",
    [
        record(cause={"$ref": "#/components/schemas/Error"}),
        {"type": "array", "items": {"$ref": "#/components/schemas/Error"}},
        {"allOf": [{"$ref": "#/components/schemas/Error"}]},
    ],
)
def test_an_error_that_needs_itself_ends(tmp_path: Path, error: dict[str, Any]) -> None:
    body = body_of(tmp_path, {"$ref": "#/components/schemas/Error"}, Error=error)
    assert body is ABSENT or orjson.dumps(body)


def test_the_nearest_documented_shape_is_taken(tmp_path: Path) -> None:
    every = {
        "default": record(d=TEXT),
        "401": record(other=TEXT),
        "4XX": record(range=TEXT),
        "404": record(own=TEXT),
    }
    facts = ErrorFacts(404, "c", "m", NOW)
    for last in ("own", "range", "other", "d"):
        body = error_body([operation(tmp_path, every)], facts)
        assert list(body) == [last]
        every = {status: schema for status, schema in every.items() if last not in schema["properties"]}
    assert error_body([operation(tmp_path, every)], facts) is ABSENT


def test_a_shape_that_cannot_be_filled_is_passed_over(tmp_path: Path) -> None:
    unsolved = record(token={"type": "string", "pattern": "^[0-9]{9}$"})
    one = operation(tmp_path, {"404": unsolved, "400": record(message=TEXT), "200": record(message=TEXT)})
    assert error_body([one], ErrorFacts(404, "c", "m", NOW)) == {"message": "m"}
    assert body_of(tmp_path, unsolved) is ABSENT
    assert error_body([], ErrorFacts(404, "c", "m", NOW)) is ABSENT
