"""What `validate` tells of likely slips, each by its rule, and how one is silenced beside its place.

Holds `validation/prose.py` and `validation/fixture_checks.py` too.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from mockade.validation.agreement import validate
from mockade.validation.rules import RULES, UNSILENCED
from tests.contracts import answers, contract, crud

Home = Callable[..., Path]


def told(home: Home, spec: Any, fixtures: str = "") -> list[tuple[str, str, str]]:
    """Rule, severity and message with what to do, of what validate finds in a home."""
    text = spec if isinstance(spec, str) else yaml.safe_dump(spec, sort_keys=False)
    folder = home(specs={"shop.yaml": text}, fixtures={"shop.yaml": fixtures or "{}"})
    report = validate([str(folder)])
    rows = json.loads(json.dumps(report.as_data()))["findings"]
    passed = ("operationId", "credentials", "rows")
    return [
        (one["rule"], one["severity"], f"{one['message']} {one['mend']}".strip())
        for one in rows
        if one["rule"] not in passed
    ]


def of_schema(words: Any, version: str = "3.1.0") -> dict[str, Any]:
    operation = {"operationId": "answer", **answers(200, {"$ref": "#/components/schemas/S"})}
    document: dict[str, Any] = yaml.safe_load(contract({"/one": {"get": operation}}))
    document["openapi"] = version
    del document["paths"]["/one"]["parameters"]
    document["components"]["schemas"] = {"S": words}
    responses = document["paths"]["/one"]["get"]["responses"]
    document["paths"]["/one"]["get"]["responses"] = {str(key): one for key, one in responses.items()}
    return document


def thing(**words: Any) -> dict[str, Any]:
    return {"type": "object", "properties": {"a": {"type": "string"}, "b": {"type": "string"}}, **words}


SLIPS = [
    (thing(minProprties=1), "3.1.0", "keyword", "Did you mean 'minProperties'?"),
    ({"if": {"minlength": 3}}, "3.1.0", "keyword", "Did you mean 'minLength'?"),
    ({"$defs": {"x": {"itmes": {}}}}, "3.1.0", "keyword", "Did you mean 'items'?"),
    ({"prefixItems": [{"type": "string", "nullable": True}]}, "3.1.0", "nullable", "[string, 'null']"),
    (thing(required=["a", "bb"]), "3.1.0", "required-undefined", "'bb' is required"),
    (thing(required=["c"], additionalProperties=False), "3.0.3", "required-undefined", "'c' is required"),
    ({"type": "array"}, "3.0.3", "array-items", "says what its `items` are"),
    (thing(properties={"a": {"readOnly": True, "writeOnly": True}}), "3.0.3", "read-write-only", "both"),
    (thing(discriminator={"propertyName": "a", "mapping": {"x": "#/components/schemas/No"}}), "3.0.3",
     "mapping", "'x' leads nowhere"),
]  # fmt: skip


@pytest.mark.parametrize(("words", "version", "rule", "says"), SLIPS)
def test_a_slip_of_a_schema_is_told_by_its_rule_and_silenced_beside_its_place(
    home: Home, words: dict[str, Any], version: str, rule: str, says: str
) -> None:
    found = told(home, of_schema(words, version))
    assert [(one, severity) for one, severity, _ in found] == [(rule, "warning")]
    assert says in found[0][2]
    for silencing in ([rule], ["second-opinion", rule], rule):
        assert told(home, of_schema({**words, "x-mockade-ignore": silencing}, version)) == []
    other = told(home, of_schema({**words, "x-mockade-ignore": ["ref"]}, version))
    assert sorted(one for one, _, _ in other) == sorted([rule, "ignore"])


@pytest.mark.parametrize(
    ("words", "version"),
    [
        (thing(required=["a"], allOf=[{"required": ["b"]}]), "3.1.0"),
        ({"allOf": [thing(), {"required": ["a"], "properties": {"z": {}}}], "required": ["z"]}, "3.1.0"),
        (thing(required=["z"], additionalProperties={"type": "string"}), "3.1.0"),
        (thing(required=["z"], patternProperties={"^z": {}}), "3.1.0"),
        ({"type": "object", "required": ["z"]}, "3.1.0"),
        (thing(**{"x-anything": 1, "example": {"minLenght": 1}}), "3.1.0"),
        ({"type": "array"}, "3.1.0"),
        ({"type": "string", "nullable": True}, "3.0.3"),
    ],
)  # fmt: skip
def test_what_is_no_slip_is_not_told(home: Home, words: dict[str, Any], version: str) -> None:
    assert told(home, of_schema(words, version)) == []


def test_a_keyword_of_nobodys_is_a_remark(home: Home) -> None:
    assert [one[:2] for one in told(home, of_schema(thing(wibble=1)))] == [("keyword", "info")]


def test_slips_outside_of_schemas_are_told_by_their_rules_and_silenced(home: Home) -> None:
    document = of_schema({"type": "string"}, "3.0.3")
    document["servers"] = [
        {"url": "https://x/{v}", "variables": {"w": {"default": "a", "enum": ["b"]}}},
    ]
    parameter = {"in": "path", "required": True, "schema": {"type": "string"}}
    for name, method in (("a", "get"), ("b", "post")):
        item = {method: answers(204), "parameters": [{"name": name, **parameter}]}
        item[method]["responses"] = {"204": {"description": "", "content": {"text/plain": {}}}}
        document["paths"][f"/same/{{{name}}}"] = item
    rules = ["no-body", "no-body", "same-path", "server-variable", "server-variable"]
    assert sorted(one[0] for one in told(home, document)) == rules
    document["servers"][0]["x-mockade-ignore"] = ["server-variable"]
    document["paths"]["/same/{b}"]["x-mockade-ignore"] = ["same-path", "no-body"]
    assert [one[0] for one in told(home, document)] == ["no-body"]
    document["x-mockade-ignore"] = ["no-body"]
    assert told(home, document) == []


SLIPS_OF_ALL_KINDS = """openapi: 3.0.3
info: {title: T, version: '1', nobody: 1}
servers: [{url: 'https://x/{v}'}, {url: 'https://[x/'}]
x-not-served: {documented: [nowhere]}
paths:
  no/slash: {get: {operationId: x, responses: {'200': {description: ''}}}}
  /same/{a}:
    parameters: [{in: path, name: a, required: true, schema: {}}]
    get: {operationId: a, responses: {'204': {description: '', content: {text/plain: {}}}}}
  /same/{b}:
    parameters: [{in: path, name: b, required: true, schema: {}}, {in: nowhere, name: c}]
    post: {operationId: a, responses: {'2000': {description: ''}}}
  /body:
    post:
      requestbody: {}
      security: [{none: []}, {}]
      responses:
        '200':
          description: ''
          content:
            application/json: {schema: {type: integer}, example: text}
            text/json: {schema: {$ref: '#/nowhere'}}
            text/x: {schema: {$ref: '#/components/schemas/C'}, example: {b: 1}}
  /sealed: {get: {operationId: sealed, security: [{sealed: []}], responses: {'200': {description: ''}}}}
  /keyed: {get: {operationId: k, security: [{key: []}], responses: {'200': {description: ''}}}}
components:
  securitySchemes: {sealed: {type: mutualTLS}, key: {type: apiKey, in: header, name: k}}
  schemas:
    A: {type: object, type: object, minimum: word}
    B: {type: array}
    C: {type: object, required: [q], properties: {a: {readOnly: true, writeOnly: true}, b: {writeOnly: true}}}
    D: {type: object, discriminator: {propertyName: t, mapping: {x: '#/no'}}, properties: {t: {type: string}}}
"""
ELSEWHERE = {"fixture-parent", "fixture-property", "keyword", "nullable", "rows", "second-opinion", "version"}
"""Rules that other documents show, here or in their own tests."""


@pytest.mark.parametrize("rule", sorted(RULES.keys() - UNSILENCED - ELSEWHERE))
def test_a_rule_is_silenced_in_the_document_that_it_is_told_of(home: Home, rule: str) -> None:
    def of_rule(ignore: str) -> list[str]:
        is_of_rows = rule in ("behaviour", "fixtures")  # without an API more cannot be said
        rows = "todos: [{id: t, done: 7}]\nbehaviour: {nothing: 1}\n" if is_of_rows else "rows: 0\n"
        folder = home(
            specs={"shop.yaml": f"{SLIPS_OF_ALL_KINDS}{ignore}"}, fixtures={"shop.yaml": f"{rows}{ignore}"}
        )
        return [one.message for one in validate([str(folder)]).findings if one.rule == rule]

    assert of_rule("")
    assert of_rule(f"x-mockade-ignore: [{rule}]") == []


@pytest.mark.parametrize(
    ("of_media", "of_operation"), [(["ref"], None), (None, ["ref"]), (["schema"], ["ref", "schema"])]
)
def test_a_ref_to_nowhere_is_silenced_beside_it_and_around_it_and_what_silences_nothing_is_told(
    home: Home, of_media: Any, of_operation: Any
) -> None:
    document = of_schema({"type": "string"})
    operation = document["paths"]["/one"]["get"]
    media = operation["responses"]["200"]["content"]["application/json"]
    media["schema"] = {"$ref": "#/components/schemas/Nowhere"}
    for holder, rules in ((media, of_media), (operation, of_operation)):
        holder |= {"x-mockade-ignore": rules} if rules else {}
    useless = "Ignoring 'schema' silences nothing here. Delete it, or say it in the object that the finding"
    found = [message for _, _, message in told(home, document)]
    assert len(found) == (2 if of_media == ["schema"] else 0)
    assert all(message.startswith(useless) for message in found)
    # What stands beside that object is told as ever.
    document["components"]["schemas"]["T"] = {"$ref": "#/components/schemas/Nowhere"}
    assert "ref" in [rule for rule, _, _ in told(home, document)]


def test_a_rule_that_nothing_silences_is_told(home: Home) -> None:
    ((_, _, message),) = told(home, of_schema(thing(**{"x-mockade-ignore": ["syntax"]})))
    assert message == "'syntax' cannot be ignored: its findings are about no object. Delete it."
    page = (Path(__file__).parents[2] / "docs" / "rules.md").read_text(encoding="utf-8")
    assert all(f"`{rule}`" in page.split("| rule |")[0] for rule in UNSILENCED)


def test_a_rule_that_there_is_not_is_told_with_the_nearest(home: Home) -> None:
    silent = {"x-mockade-ignore": ["keywrod", "second-opinion"]}
    ((rule, severity, message),) = told(home, of_schema(thing(**silent)))
    assert (rule, severity) == ("ignore", "warning")
    assert message == "There is no rule 'keywrod' to ignore. Did you mean 'keyword'?"
    for said in (3, {"keyword": True}, [["keyword"]], None):
        assert [one[0] for one in told(home, of_schema(thing(**{"x-mockade-ignore": said})))] == ["ignore"]


NOTES = {
    **crud("/todos"),
    **crud("/todos/{todoId}/notes", {"type": "object", "properties": {
        "id": {"type": "string"}, "todoId": {"type": "string"},
        "by": {"type": "object", "properties": {"name": {"type": "string"}}},
    }}),
}  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "rule", "says"),
    [
        ("todos: [{id: t1, name: T}]\nnotes: [{id: n1, todoId: t1}, {id: n2, todoId: t9}]", "fixture-parent",
         "This row of notes is below todos 't9', which is not there."),
        ("notes: [{id: n1, todoId: t1}]", "fixture-parent", "below todos 't1'"),
        ("todos: [{id: t1, name: T, siez: 3}]", "fixture-property", "declares no property 'siez'"),
        ("todos: [{id: t1, name: T}]\nnotes: [{id: n1, todoId: t1, by: {nmae: x}}]", "fixture-property",
         "Did you mean 'name'?"),
        ("todos: [{repeat: 3, like: {id: 't{n}', name: T, colour: red}}]", "fixture-property", "'colour'"),
    ],
)  # fmt: skip
def test_a_row_that_fits_and_is_likely_a_slip_is_told_and_silenced(
    home: Home, rows: str, rule: str, says: str
) -> None:
    ((found, severity, message),) = told(home, contract(NOTES), rows)
    assert (found, severity) == (rule, "warning")
    assert says in message
    assert told(home, contract(NOTES), f"{rows}\nx-mockade-ignore: [{rule}]") == []


def test_a_row_says_itself_what_to_ignore_and_has_no_such_property(home: Home, serve: Any) -> None:
    silent = "{id: t1, name: T, siez: 3, x-mockade-ignore: [fixture-property]}"
    rows = f"todos: [{silent}, {{id: t2, name: U, siez: 4}}]"
    assert len(told(home, contract(NOTES), rows)) == 1
    assert serve(contract(NOTES), rows).get("/todos/t1").json() == {"id": "t1", "name": "T", "siez": 3}


@pytest.mark.parametrize(
    "rows",
    [
        "todos: [{id: t1, name: T, _kept: beside}]",
        "todos: [{id: t1, name: T}]\nnotes: [{id: n1, todoId: t1, by: {name: x}}]",
        "todos: [{id: 7x, name: T}]\nnotes: [{id: n1, _todoId: 7x}]",
    ],
)
def test_a_row_that_is_as_it_should_be_is_not_told(home: Home, rows: str) -> None:
    assert told(home, contract(NOTES), rows) == []
