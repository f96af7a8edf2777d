"""Swagger 2.0 in OpenAPI 3.0's words, and where its parts stand (also `contract/swagger2/media.py` and
`contract/swagger2/schemas.py`)."""

from __future__ import annotations

from typing import Any

import jsonschema_rs
import pytest
from openapi_spec_validator.schemas import schema_v30

from mockade.contract.swagger2 import convert, is_swagger2

PET = {
    "type": "object",
    "discriminator": "kind",
    "required": ["kind"],
    "properties": {
        "kind": {"type": "string"},
        "nick": {"type": "string", "x-nullable": True},
        "discriminator": {"type": "string", "x-nullable": False},
        "owner": {"$ref": "#/definitions/Owner"},
        "example": {"type": "integer"},
    },
}


def swagger(paths: Any = None, **more: Any) -> dict[str, Any]:
    return {"swagger": "2.0", "info": {"title": "T", "version": "1"}, "paths": paths or {}, **more}


def operation(parameters: Any = (), **more: Any) -> dict[str, Any]:
    return {"parameters": list(parameters), "responses": {"200": {"description": "OK"}}, **more}


def converted(path_item: Any, **more: Any) -> dict[str, Any]:
    made: dict[str, Any] = convert(swagger({"/a": path_item}, **more)).data["paths"]["/a"]
    return made


@pytest.mark.parametrize(
    ("data", "is_one"),
    [(swagger(), True), ({"swagger": 2.0}, True), ({"openapi": "3.0.3"}, False), ([], False), (None, False)],
)
def test_a_swagger_document_is_known_by_its_version(data: Any, is_one: bool) -> None:
    assert is_swagger2(data) is is_one


def test_definitions_parameters_and_responses_become_components_and_references_follow() -> None:
    made = convert(
        swagger(
            {"/a": {"get": operation([{"$ref": "#/parameters/Page"}])}},
            definitions={"Pet": PET, "Owner": {"type": "object"}},
            parameters={
                "Page": {"name": "page", "in": "query", "type": "integer", "minimum": 1},
                "Whole": {"name": "whole", "in": "body", "schema": {"$ref": "#/definitions/Pet"}},
            },
            responses={"Gone": {"description": "Gone", "schema": {"$ref": "#/definitions/Pet"}}},
        )
    ).data
    assert made["openapi"] == "3.0.3"
    assert made["paths"]["/a"]["get"]["parameters"] == [{"$ref": "#/components/parameters/Page"}]
    components = made["components"]
    assert list(components["parameters"]) == ["Page"], "a body is no parameter any more"
    assert components["parameters"]["Page"]["schema"] == {"type": "integer", "minimum": 1}
    pet = components["schemas"]["Pet"]
    assert pet["discriminator"] == {"propertyName": "kind"}
    assert pet["properties"]["nick"] == {"type": "string", "nullable": True}
    assert pet["properties"]["discriminator"] == {"type": "string", "nullable": False}
    assert pet["properties"]["owner"] == {"$ref": "#/components/schemas/Owner"}
    assert pet["properties"]["example"] == {"type": "integer"}, "a property of that name is no example"
    gone = components["responses"]["Gone"]["content"]["application/json"]["schema"]
    assert gone == {"$ref": "#/components/schemas/Pet"}


def test_what_an_example_shows_is_no_reference() -> None:
    schema = {"type": "object", "example": {"$ref": "#/definitions/Pet", "x-nullable": True}}
    made = convert(swagger(definitions={"A": schema})).data
    assert made["components"]["schemas"]["A"] == schema


@pytest.mark.parametrize(
    ("facts", "urls"),
    [
        ({}, None),
        ({"basePath": "/v1/"}, ["/v1"]),
        ({"basePath": "/"}, ["/"]),
        ({"host": "api.x.test", "basePath": "v1"}, ["https://api.x.test/v1"]),
        ({"host": "x.test", "schemes": ["http", "https"]}, ["http://x.test", "https://x.test"]),
    ],
)
def test_host_and_base_path_become_servers(facts: dict[str, Any], urls: list[str] | None) -> None:
    made = convert(swagger(**facts)).data
    assert [one["url"] for one in made["servers"]] == urls if urls else "servers" not in made


@pytest.mark.parametrize(
    ("collection_format", "style"),
    [
        (None, ("form", False)),
        ("csv", ("form", False)),
        ("ssv", ("spaceDelimited", False)),
        ("pipes", ("pipeDelimited", False)),
        ("multi", ("form", True)),
    ],
)
def test_a_collection_format_becomes_a_style(collection_format: str | None, style: Any) -> None:
    parameter = {"name": "a", "in": "query", "type": "array", "items": {"type": "string"}}
    if collection_format:
        parameter["collectionFormat"] = collection_format
    made = converted({"get": operation([parameter])})["get"]["parameters"][0]
    assert (made["style"], made["explode"]) == style
    assert made["schema"] == {"type": "array", "items": {"type": "string"}}
    assert "collectionFormat" not in made


def test_a_body_stands_under_what_the_operation_consumes() -> None:
    body = {"name": "pet", "in": "body", "required": True, "description": "A pet.", "schema": PET}
    made = converted({"post": operation([body], consumes=["application/xml", "application/json"])})
    request_body = made["post"]["requestBody"]
    assert list(request_body["content"]) == ["application/xml", "application/json"]
    assert request_body["required"] is True
    assert request_body["description"] == "A pet."
    assert "parameters" not in made["post"]


def test_the_documents_media_types_count_where_the_operation_names_none() -> None:
    body = {"name": "pet", "in": "body", "schema": {}}
    responses = {"200": {"description": "", "schema": {"type": "string"}}}
    item = {"post": operation([body], responses=responses)}
    made = converted(item, consumes=["application/vnd.x+json"], produces=["text/plain"])["post"]
    assert list(made["requestBody"]["content"]) == ["application/vnd.x+json"]
    assert list(made["responses"]["200"]["content"]) == ["text/plain"]


def test_fields_of_a_form_become_properties_of_one_body() -> None:
    fields = [
        {"name": "a", "in": "formData", "type": "string", "required": True, "description": "An a."},
        {
            "name": "b",
            "in": "formData",
            "type": "array",
            "items": {"type": "integer"},
            "collectionFormat": "ssv",
        },
    ]
    made = converted({"post": operation(fields)})["post"]["requestBody"]
    media = made["content"]["application/x-www-form-urlencoded"]
    assert media["schema"]["required"] == ["a"]
    assert media["schema"]["properties"]["a"] == {"type": "string", "description": "An a."}
    assert media["encoding"] == {"b": {"style": "spaceDelimited", "explode": False}}
    with_file = [*fields, {"name": "f", "in": "formData", "type": "file"}]
    content = converted({"post": operation(with_file)})["post"]["requestBody"]["content"]
    assert list(content) == ["multipart/form-data"]
    file = content["multipart/form-data"]["schema"]["properties"]["f"]
    assert (file["type"], file["format"]) == ("string", "binary")


def test_what_a_path_shares_goes_to_each_operation_and_an_operations_own_goes_before_it() -> None:
    shared = [{"name": "x", "in": "body", "schema": {"type": "string"}}]
    own = [{"name": "y", "in": "body", "schema": {"type": "integer"}}]
    made = converted({"parameters": shared, "put": operation(), "post": operation(own)})
    assert made["put"]["requestBody"]["content"]["application/json"]["schema"] == {"type": "string"}
    assert made["post"]["requestBody"]["content"]["application/json"]["schema"] == {"type": "integer"}


def test_responses_have_their_schema_and_examples_by_media_type() -> None:
    response = {
        "description": "A pet.",
        "schema": {"type": "string"},
        "examples": {"application/json": "x", "text/plain": "y"},
        "headers": {"X-Rate": {"type": "integer", "description": "Left."}},
    }
    made = converted({"get": operation(responses={"200": response})})["get"]["responses"]["200"]
    assert made["content"] == {
        "application/json": {"schema": {"type": "string"}, "example": "x"},
        "text/plain": {"schema": {"type": "string"}, "example": "y"},
    }
    assert made["headers"]["X-Rate"] == {"description": "Left.", "schema": {"type": "integer"}}
    nothing = converted({"get": operation()})["get"]["responses"]["200"]
    assert nothing == {"description": "OK"}


@pytest.mark.parametrize(
    ("scheme", "kind"),
    [
        ({"type": "basic"}, {"type": "http", "scheme": "basic"}),
        ({"type": "apiKey", "name": "k", "in": "query"}, {"type": "apiKey", "name": "k", "in": "query"}),
        (
            {
                "type": "oauth2",
                "flow": "accessCode",
                "authorizationUrl": "/a",
                "tokenUrl": "/t",
                "scopes": {"s": ""},
            },
            {
                "type": "oauth2",
                "flows": {
                    "authorizationCode": {"authorizationUrl": "/a", "tokenUrl": "/t", "scopes": {"s": ""}}
                },
            },
        ),
    ],
)
def test_security_definitions_become_schemes(scheme: Any, kind: Any) -> None:
    made = convert(swagger(securityDefinitions={"s": scheme})).data
    assert made["components"]["securitySchemes"]["s"] == kind


@pytest.mark.parametrize(
    ("pointer", "origin"),
    [
        (("components", "schemas", "Pet", "properties"), ("definitions", "Pet", "properties")),
        (
            ("paths", "/a", "post", "parameters", 0, "schema", "type"),
            ("paths", "/a", "post", "parameters", 1, "type"),
        ),
        (
            (
                "paths",
                "/a",
                "post",
                "requestBody",
                "content",
                "application/json",
                "schema",
                "properties",
                "x",
            ),
            ("paths", "/a", "post", "parameters", 0, "schema", "properties", "x"),
        ),
        (
            ("paths", "/a", "post", "responses", "200", "content", "application/json", "schema", "items"),
            ("paths", "/a", "post", "responses", "200", "schema", "items"),
        ),
        (("paths", "/a", "post", "responses", "200", "description"),) * 2,
        (("info", "title"),) * 2,
    ],
)
def test_each_part_knows_where_it_stands_in_the_file(pointer: Any, origin: Any) -> None:
    parameters = [
        {"name": "b", "in": "body", "schema": {"type": "object", "properties": {"x": {"type": "string"}}}},
        {"name": "q", "in": "query", "type": "string"},
    ]
    responses = {"200": {"description": "", "schema": {"type": "array", "items": {"type": "string"}}}}
    made = convert(
        swagger({"/a": {"post": operation(parameters, responses=responses)}}, definitions={"Pet": PET})
    )
    assert made.origin(pointer) == origin


def test_what_is_made_is_sound_openapi() -> None:
    standard = jsonschema_rs.validator_for(dict(schema_v30), offline=True)
    made = convert(
        swagger(
            {
                "/a/{id}": {
                    "parameters": [{"name": "id", "in": "path", "required": True, "type": "string"}],
                    "get": operation(
                        [{"name": "q", "in": "query", "type": "array", "items": {"type": "string"}}],
                        operationId="get",
                        produces=["application/json"],
                        schemes=["https"],
                        security=[{"s": []}],
                    ),
                    "post": operation([{"name": "f", "in": "formData", "type": "file"}]),
                }
            },
            host="x.test",
            basePath="/v1",
            definitions={"Pet": PET, "Owner": {"type": "object"}},
            securityDefinitions={"s": {"type": "basic"}},
        )
    ).data
    assert [error.message for error in standard.iter_errors(made)] == []


def test_what_is_malformed_is_no_crash() -> None:
    for strange in (None, 7, [], "x", {"a": 1}):
        for word in (
            "paths",
            "definitions",
            "parameters",
            "responses",
            "securityDefinitions",
            "consumes",
            "host",
        ):
            convert(swagger(**{word: strange}) if word != "paths" else {"swagger": "2.0", "paths": strange})
        convert(swagger({"/a": strange}))
        convert(swagger({"/a": {"get": strange, "parameters": strange}}))
        convert(swagger({"/a": {"get": operation([strange], responses=strange)}}))
        convert(swagger({"/a": {"get": operation([{"in": "body", "schema": strange}], consumes=strange)}}))
