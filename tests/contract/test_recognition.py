"""What a file that is no OpenAPI document is taken for."""

from __future__ import annotations

from typing import Any

import pytest

from mockade.contract.recognition import recognise, recognise_text


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "empty"),
        (" \n\t\n", "empty"),
        ("<!DOCTYPE html><html><body>Sign in</body></html>", "HTML"),
        ("\n  <HTML lang='en'>", "HTML"),
        ("<!-- hello --><html>", "HTML"),
        ('<?xml version="1.0"?><wsdl:definitions xmlns:wsdl="http://schemas.xmlsoap.org/wsdl/">', "WSDL"),
        ('<?xml version="1.0"?><note/>', "XML"),
        ("#%RAML 1.0\ntitle: x", "RAML"),
        ("FORMAT: 1A\n# API", "API Blueprint"),
        ('syntax = "proto3";\nmessage A {}', "Protocol Buffers"),
        ("type Query {\n  a: Int\n}", "GraphQL"),
    ],
)
def test_a_text_that_is_no_document_is_named(text: str, what: str) -> None:
    found = recognise_text(text)
    assert found is not None
    assert what in found.message
    assert found.mend


@pytest.mark.parametrize("text", ["openapi: 3.0.3\npaths: {}\n", '{"openapi": "3.0.3"}', "a: <b>", "[1, 2]"])
def test_a_text_that_may_be_a_document_is_left_to_its_parser(text: str) -> None:
    assert recognise_text(text) is None


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (None, "empty"),
        ([], "a list"),
        ("x", "single value"),
        ({"info": {"_postman_id": "1", "schema": "https://schema.getpostman.com/x"}, "item": []}, "Postman"),
        ({"info": {"name": "x"}, "item": []}, "Postman"),
        ({"asyncapi": "2.0.0", "info": {}}, "AsyncAPI"),
        ({"_type": "export", "__export_format": 4}, "Insomnia"),
        ({"swaggerVersion": "1.2", "apis": []}, "Swagger 1"),
        ({"log": {"entries": []}}, "HAR"),
        ({"name": "Client", "calls": [], "datatypes": {}}, "PlayFab"),
        ({"$schema": "https://json-schema.org/draft/2020-12/schema"}, "JSON Schema"),
        ({"opneapi": "3.0.3", "paths": {}}, "'opneapi'"),
        ({"openap": "3.0.3"}, "'openap'"),
        ({"OpenAPI": "3.0.3"}, "'OpenAPI'"),
        ({"paths": {}}, "no `openapi`"),
    ],
)
def test_data_that_are_no_document_are_named(data: Any, what: str) -> None:
    found = recognise(data)
    assert what in found.message
    assert found.mend
