"""An OpenAPI document, compiled: its operations, and every fault that keeps it from being served.

Holds `contract/contract.py`, `contract/operation_reader.py`, `contract/parameter_reader.py` and
`contract/schemes.py` too.
"""

from __future__ import annotations

import copy
import json
import random
from pathlib import Path
from typing import Any

import orjson
import pytest

from mockade.contract.contract import Contract
from mockade.contract.media_types import is_json
from mockade.contract.reading import parse
from mockade.contract.violations import ABSENT
from mockade.errors import Finding, SetupError
from tests.contract.documents import contract_of, faults, operation_of, write

OK: dict[str, Any] = {"responses": {"200": {"description": "ok"}}}


def answered(schema: Any, **media: Any) -> dict[str, Any]:
    return {"description": "d", "content": {"application/json": {"schema": schema, **media}}}


def test_an_operation_without_an_id_gets_one_of_its_method_and_path(tmp_path: Path) -> None:
    item = {"parameters": [{"name": "id", "in": "path", "required": True, "schema": {}}], "get": OK}
    assert operation_of(contract_of(tmp_path, paths={"/widgets/{id}/part-list": item})).id == (
        "get_widgets_id_part_list"
    )


def test_two_operations_of_one_id_are_a_fault_that_names_the_other(tmp_path: Path) -> None:
    paths = {"/a": {"get": {"operationId": "x", **OK}}, "/b": {"put": {"operationId": "x", **OK}}}
    (fault,) = faults(lambda: contract_of(tmp_path, paths=paths))
    assert "The operationId 'x' is also that of GET /a. Give each operation its own." in fault


def test_a_path_parameter_that_nothing_declares_is_a_fault(tmp_path: Path) -> None:
    (fault,) = faults(lambda: contract_of(tmp_path, paths={"/a/{id}": {"get": OK}}))
    assert "The path /a/{id} names {id}, which no path parameter declares." in fault


def test_a_path_parameter_that_is_in_no_path_is_a_fault(tmp_path: Path) -> None:
    parameters = [{"name": "id", "in": "path", "required": True, "schema": {}}]
    (fault,) = faults(lambda: contract_of(tmp_path, paths={"/a": {"get": {"parameters": parameters, **OK}}}))
    assert "The path parameter 'id' does not occur in /a." in fault


def in_path(*names: str) -> list[dict[str, Any]]:
    return [{"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in names]


def test_a_path_that_names_a_parameter_twice_is_a_fault(tmp_path: Path) -> None:
    paths = {"/a/{id}/b/{id}": {"get": OK, "parameters": in_path("id")}}
    (fault,) = faults(lambda: contract_of(tmp_path, paths=paths))
    assert "The path /a/{id}/b/{id} names {id} more than once." in fault


def test_two_templates_that_are_one_path_to_a_client_are_a_fault(tmp_path: Path) -> None:
    paths = {f"/a/{{{name}}}/b": {"get": OK, "parameters": in_path(name)} for name in ("id", "key")}
    (fault,) = faults(lambda: contract_of(tmp_path, paths=paths))
    assert "GET /a/{key}/b and /a/{id}/b are the same path to a client." in fault


def test_two_templates_that_share_no_method_are_none(tmp_path: Path) -> None:
    paths = {
        "/a/{id}": {"get": OK, "parameters": in_path("id")},
        "/a/{key}": {"put": OK, "parameters": in_path("key")},
    }
    assert len(contract_of(tmp_path, paths=paths).operations) == 2


def test_a_path_begins_with_a_slash_or_is_an_extension(tmp_path: Path) -> None:
    (fault,) = faults(lambda: contract_of(tmp_path, paths={"widgets": {"get": OK}, "x-more": {"get": OK}}))
    assert fault.endswith("A path begins with a slash. Write it as /widgets.")


KNOWN = " Swagger 2.0 and OpenAPI 3.0, 3.1 and 3.2 are."


@pytest.mark.parametrize(
    ("head", "message"),
    [
        (
            {"swagger": "1.2"},
            "Swagger 1.2 is not supported yet. Convert the document to OpenAPI 3.0 first, or to Swagger 2.0.",
        ),
        ({"openapi": "3.3.0"}, "OpenAPI 3.3.0 is not supported yet." + KNOWN),
        ({"openapi": "2.0"}, "OpenAPI 2.0 is not supported yet." + KNOWN),
        ({"openapi": 3}, "OpenAPI 3 is not supported yet." + KNOWN),
        (
            {"openapi": None},
            "This is no OpenAPI document: it has no `openapi`. Begin it with: openapi: 3.0.3",
        ),
        ({}, "This is no OpenAPI document: it has no `openapi`. Begin it with: openapi: 3.0.3"),
    ],
)
def test_another_version_is_refused_by_its_name(tmp_path: Path, head: dict[str, Any], message: str) -> None:
    path = write(tmp_path, {"x.yaml": json.dumps({**head, "paths": {}})})
    (fault,) = faults(lambda: Contract.load(path))
    assert fault.partition(": ")[2] == message


@pytest.mark.parametrize("version", ["3.0.0", "3.0.4", "3.1.0", "3.1.1", "3.0"])
def test_every_3_0_and_3_1_is_taken(tmp_path: Path, version: str) -> None:
    assert contract_of(tmp_path, version=version).operations == []
    assert Contract.load(write(tmp_path, {"x.yaml": "openapi: 3.1\npaths: {}\n"})).operations == []


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    paths = {
        "/a/{id}": {"get": OK},
        "/b": {
            "get": {"operationId": "b", "parameters": [{"name": "q", "in": "body"}], **OK},
            "put": {"operationId": "b", "responses": {"200": answered({"type": "strin"})}},
            "post": {"security": [{"nobody": []}], "requestBody": {}, **OK},
        },
        "c": {},
    }
    found = faults(
        lambda: contract_of(tmp_path, {"S": {"pattern": "("}}, paths=paths, servers=[{"url": "http://[x"}])
    )
    told = "\n".join(found)
    for part in (
        "names {id}, which no path parameter declares",
        "an `in` that is path, query, header or cookie",
        "There is no type 'strin'.",
        "The security scheme 'nobody' is not in components.securitySchemes",
        "A request body needs `content`",
        "A path begins with a slash",
        '"(" is not a "regex"',
        "The server 'http://[x' is no URL",
        "The operationId 'b' is also that of GET /b",
    ):
        assert part in told
    assert len(found) == 9
    assert all("x.yaml:" in fault for fault in found)


def test_an_operation_s_parameters_go_before_those_of_its_path(tmp_path: Path) -> None:
    def limit(most: int) -> dict[str, Any]:
        return {"name": "limit", "in": "query", "schema": {"type": "integer", "maximum": most}}

    item = {"parameters": [limit(5), {**limit(5), "in": "header"}], "get": {"parameters": [limit(9)], **OK}}
    found = operation_of(contract_of(tmp_path, paths={"/a": item})).parameters
    assert [(one.where, one.read(["7"])[1] == []) for one in found] == [("query", True), ("header", False)]


def test_headers_that_belong_to_http_are_no_parameters(tmp_path: Path) -> None:
    parameters = [
        {"name": name, "in": "header", "schema": {}} for name in ("Accept", "content-type", "X-Mine")
    ]
    found = operation_of(contract_of(tmp_path, paths={"/a": {"get": {"parameters": parameters, **OK}}}))
    assert [one.name for one in found.parameters] == ["X-Mine"]


def test_a_status_is_documented_by_number_by_range_or_by_default(tmp_path: Path) -> None:
    responses = {status: {"description": status} for status in ("201", "4xx", "404", "x-note")}
    operation = operation_of(contract_of(tmp_path, paths={"/a": {"post": {"responses": responses}}}))
    assert operation.success == 201
    assert [operation.documents(status) for status in (201, 200, 404, 422, 500)] == [
        *(True, False, True, True, False)
    ]
    found = operation.response(422)
    assert found is not None
    assert found.status == "4XX"
    exact = operation.response(404)
    assert exact is not None
    assert exact.status == "404"


def test_default_documents_every_status(tmp_path: Path) -> None:
    operation = operation_of(contract_of(tmp_path, paths={"/a": {"get": {"responses": {"default": {}}}}}))
    assert operation.documents(418)
    assert operation.success == 200


def test_an_operation_of_no_security_of_its_own_has_the_document_s(tmp_path: Path) -> None:
    paths = {
        "/open": {"get": {"security": [], **OK}},
        "/own": {"get": {"security": [{"Key": ["read"]}, {}], **OK}},
        "/root": {"get": OK},
    }
    schemes = {"Key": {"type": "apiKey", "in": "header", "name": "X-Key"}}
    contract = contract_of(
        tmp_path, paths=paths, security=[{"Key": []}], components={"securitySchemes": schemes}
    )
    assert {one.path: one.security for one in contract.operations} == {
        "/open": (),
        "/own": ({"Key": ("read",)}, {}),
        "/root": ({"Key": ()},),
    }
    assert list(contract.security_schemes) == ["Key"]


def test_base_paths_come_from_the_servers_with_their_variables(tmp_path: Path) -> None:
    servers = [
        {"url": "https://{region}.example.com:{port}/{base}/", "variables": {"base": {"default": "v2"}}},
        {"url": "/api"},
        {"url": "api"},
        {"url": "https://example.com"},
        {"url": "https://other.example.com/v2?x=/y#z"},
        {"url": "/"},
        {},
    ]
    assert contract_of(tmp_path, servers=servers).base_paths() == ["/v2", "/api"]


def test_the_first_example_is_the_media_type_s_own(tmp_path: Path) -> None:
    schema = {"type": "object", "example": {"from": "schema"}}
    ways: list[tuple[dict[str, Any], Any]] = [
        (answered(schema, example={"from": "media"}), {"from": "media"}),
        (answered(schema, examples={"one": {"value": 1}, "two": {"value": 2}}), 1),
        (answered(schema), {"from": "schema"}),
        (answered({"type": "object"}), ABSENT),
    ]
    for response, expected in ways:
        paths = {"/a": {"get": {"responses": {"200": response}}}}
        content = operation_of(contract_of(tmp_path, paths=paths)).responses["200"].json
        assert content is not None
        assert content.example == expected or content.example is expected


@pytest.mark.parametrize(
    ("media_type", "answer"),
    [
        ("application/json", True),
        ("application/json; charset=utf-8", True),
        ("Application/JSON", True),
        ("application/problem+json", True),
        ("*/*", True),
        ("text/plain", False),
        ("application/xml", False),
        ("application/jsonl", False),
        ("", False),
    ],
)
def test_json_media_types_are_known(media_type: str, answer: bool) -> None:
    assert is_json(media_type) is answer


def places(value: Any, pointer: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """The way to everything in a document."""
    members = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    return [pointer, *(way for key, member in members for way in places(member, (*pointer, key)))]


def test_a_document_that_is_wrong_anywhere_is_served_or_faulted_and_never_crashes(tmp_path: Path) -> None:
    spec = Path(__file__).parents[2] / "specs" / "playcamp.yaml"
    document = parse(spec, spec.read_text(encoding="utf-8"), "x.yaml")
    ways = [way for way in places(document) if way]
    wrong: list[Any] = [
        None,
        [],
        {},
        "x",
        5,
        True,
        1.5,
        "",
        [None],
        {"a": None},
        {"$ref": "#/components"},
        {"$ref": 5},
    ]
    chance = random.Random(7)
    outcomes = {"served": 0, "faulted": 0}
    without_place: list[Finding] = []
    for _ in range(80):
        broken = copy.deepcopy(document)
        *above, last = chance.choice(ways)
        holder = broken
        for step in above:
            holder = holder[step]
        holder[last] = copy.deepcopy(chance.choice(wrong))
        path = tmp_path / "x.json"
        path.write_bytes(orjson.dumps(broken))
        try:
            found = Contract.load(path).findings
        except SetupError as error:
            found = error.findings
        outcomes["faulted" if found else "served"] += 1
        without_place += [finding for finding in found if not finding.place.line]
    assert without_place == []
    assert min(outcomes.values()) > 8
