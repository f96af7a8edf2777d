"""A slip of a published document costs its own place, is told once at its line, and all the rest is served.

Holds `contract/unsound.py` and `contract/identifiers.py` too.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import pytest

from mockade.contract.contract import Contract
from mockade.contract.operations import Operation
from tests.contract.documents import contract_of, write

OTHER = """
  /other:
    get:
      operationId: other
      responses:
        "200": {description: ok, content: {application/json: {schema: {$ref: '#/components/schemas/S'}}}}
components:
  schemas:
    S: {type: object, required: [a], properties: {a: {type: string}}}
"""
"""What every document below serves beside what is wrong in it."""


class Slip(NamedTuple):
    """A piece of a document, and what is told of it: the line counts from the piece's first."""

    text: str
    line: int
    words: str
    severity: str = "error"


def path(text: str) -> str:
    return f"  /a:\n    get:\n      operationId: a\n{text}"


def response(text: str) -> str:
    """An operation's answer with `text` in it, whose first line is the seventh."""
    return path(f'      responses:\n        "200":\n          description: ok\n{text}')


def schema(text: str) -> str:
    """A JSON answer of a schema, whose first line is the sixth."""
    lines = "\n".join(f"              {line}" for line in text.splitlines())
    return response(f"          content: {{application/json: {{schema: {{\n{lines}\n          }}}}}}\n")


OK = '      responses: {"200": {description: ok}}\n'

SLIPS = {
    "a tag of an application's own, at a list": Slip(
        path("      tags: !Join [a, b]\n" + OK), 4, "The tag '!Join' means nothing in JSON."
    ),
    "a tag of an application's own": Slip(
        path(OK + "      x-integration: {uri: !Sub 'arn:${Region}'}\n"),
        5,
        "The tag '!Sub' means nothing in JSON.",
    ),
    "a list as a key": Slip(path(OK + "      x-a: {[a, b]: {c: 1}, d: 2}\n"), 5, "A key is text, not a list"),
    "an object as a key": Slip(
        path(OK + "      x-a:\n        ? {a: [b]}\n        : c\n"), 6, "A key is text"
    ),
    "an alias of a list as a key": Slip(
        path(OK + "      x-a: [&l [a], {*l : 1}]\n"), 5, "A key is text, not a list or an object"
    ),
    "an alias in itself": Slip(
        path(OK + "      x-a: &a {b: [*a], c: 1}\n"), 5, "An alias in it contains itself."
    ),
    "a schema that is an alias in itself": Slip(
        schema("type: array,\nitems: &a {type: object,\nproperties: {a: *a}}"),
        10,
        "An alias in it contains itself.",
    ),
    "a word that is merged": Slip(
        path(OK + "      x-a: {<<: word, b: 1}\n"), 5, "Only objects and lists of them"
    ),
    "a $ref out of the folder": Slip(schema("$ref: '../t.yaml'"), 8, "leads out of the contract's folder"),
    "a $ref to an absolute path": Slip(schema("$ref: '/etc/t.yaml'"), 8, "t.yaml"),
    "a $ref to the network": Slip(schema("$ref: 'https://t.example/t.yaml'"), 8, "which is never asked"),
    "type: interger": Slip(
        schema("type: interger"), 8, "There is no type 'interger'. Did you mean 'integer'?"
    ),
    "type: int": Slip(schema("type: int"), 8, "There is no type 'int'. Did you mean 'integer'?"),
    "a list of types": Slip(schema("type: [string, strin]"), 8, "There is no type ['string', 'strin']."),
    "no type": Slip(schema("type:"), 8, "There is no type None."),
    "a bad pattern": Slip(schema("type: string,\npattern: '('"), 9, '"(" is not a "regex"'),
    "required: true": Slip(
        schema("properties: {\nx: {type: string,\nrequired: true}}"), 10, "true is not of type", "warning"
    ),
    "required: a": Slip(schema("required: a"), 8, "This is not a sound schema"),
    "properties as a list": Slip(schema("type: object,\nproperties: [a]"), 9, "This is not a sound schema"),
    "a property that is a word": Slip(schema("properties: {\nx: string}"), 9, "This is not a sound schema"),
    "enum as a word": Slip(schema("type: string,\nenum: a"), 9, "This is not a sound schema"),
    "a bound as a word": Slip(schema("type: number,\nminimum: '1'"), 9, "This is not a sound schema"),
    "a negative length": Slip(schema("type: string,\nmaxLength: -1"), 9, "This is not a sound schema"),
    "a format as a number": Slip(schema("type: string,\nformat: 7"), 9, "This is not a sound schema"),
    "a name for properties": Slip(
        schema("type: object,\nadditionalProperties: some"), 9, "This is not a sound schema"
    ),
    "parts as an object": Slip(schema("allOf: {type: string}"), 8, "This is not a sound schema"),
    "a bad pattern of names": Slip(
        schema("patternProperties: {\n'(': {}}"), 9, "The pattern '(' cannot be read."
    ),
    "properties: $ref": Slip(
        schema("properties: {\n$ref: '#/components/schemas/S'}"), 9, "`properties` names schemas"
    ),
    "a $ref to nowhere": Slip(schema("$ref: '#/components/schemas/T'"), 8, "there is no 'T'. Known: S."),
    "a $ref to no file": Slip(schema("$ref: 't.yaml'"), 8, "names a file that is not there"),
    "a $ref to no anchor": Slip(schema("$ref: '#t'"), 8, "names an anchor that is not there"),
    "an undeclared parameter": Slip(
        f"  /a/{{x}}:\n    get:\n      operationId: a\n{OK}", 2, "which no path parameter declares", "warning"
    ),
    "a parameter that the path lacks": Slip(
        path(f"{OK}      parameters: [{{name: x, in: path, required: true, schema: {{}}}}]\n"),
        2,
        "does not occur in /a",
        "warning",
    ),
    "a parameter without a name": Slip(
        path(f"{OK}      parameters:\n      - {{in: query}}\n"), 6, "A parameter needs"
    ),
    "a parameter in nothing": Slip(
        path(f"{OK}      parameters:\n      - {{name: x, in: body}}\n"), 6, "A parameter needs"
    ),
    "a parameter that is none": Slip(
        path(f"{OK}      parameters:\n      - x\n"), 6, "A parameter is an object."
    ),
    "a $ref to no parameter": Slip(
        path(f"{OK}      parameters:\n      - $ref: '#/components/parameters/X'\n"), 6, "leads nowhere"
    ),
    "parameters as an object": Slip(path(f"{OK}      parameters: {{x: 1}}\n"), 5, "`parameters` is a list."),
    "a name that is a number": Slip(
        path(f"{OK}      parameters:\n      - {{in: query,\n         name: 7, schema: {{}}}}\n"),
        7,
        "`name` is a string, not the number 7.",
        "warning",
    ),
    "a query in a path": Slip(
        f"  /a?b=1:\n    get:\n      operationId: a\n{OK}", 1, "A path has no query", "warning"
    ),
    "a fragment in a path": Slip(
        f"  '/a#b':\n    get:\n      operationId: a\n{OK}", 1, "A path has no fragment", "warning"
    ),
    "a path without its slash": Slip(
        f"  a:\n    get:\n      operationId: a\n{OK}", 1, "A path begins with a slash.", "warning"
    ),
    "two equal operationIds": Slip(
        f"  /a:\n    get:\n      operationId: a\n{OK}    put:\n      operationId: a\n{OK}",
        6,
        "The operationId 'a' is also that of GET /a.",
        "warning",
    ),
    "a body without content": Slip(
        path(f"{OK}      requestBody: {{required: true}}\n"), 5, "needs `content`"
    ),
    "no responses": Slip(path("      deprecated: true\n"), 2, "needs `responses`", "warning"),
    "a response of no status": Slip(
        path('      responses:\n        "200": {description: ok}\n        ok: {description: ok}\n'),
        6,
        "'ok' is no status",
    ),
    "a response that is a word": Slip(
        path('      responses:\n        "200": fine\n'), 5, "An answer is an object"
    ),
    "a $ref to no response": Slip(
        path("      responses:\n        \"200\": {$ref: '#/components/responses/R'}\n"), 5, "leads nowhere"
    ),
    "a header that is a word": Slip(
        response("          headers:\n            X: y\n"),
        8,
        "A header is an object",
    ),
    "a media type that is a word": Slip(
        response("          content:\n            text/plain: y\n"),
        8,
        "A media type is an object",
    ),
    "a number that JSON cannot hold": Slip(
        schema("type: number,\nminimum: 1e400"), 9, "This number is larger than JSON's can be."
    ),
    "an item that JSON cannot hold": Slip(
        schema("type: number,\nenum: [1,\n-1e400]"), 10, "This number is larger than JSON's can be."
    ),
    "a key that stands twice": Slip(
        path(OK + "      summary: x\n      summary: y\n"), 6, "The key 'summary' stands here twice."
    ),
    "a media type of two lines": Slip(
        response('          content:\n            "application/x; q=\\r\\nX-Evil: 1": {schema: {}}\n'),
        8,
        "HTTP cannot carry the media type",
    ),
    "a header whose name has a space": Slip(
        response("          headers:\n            X Y: {required: true, schema: {type: string}}\n"),
        8,
        "HTTP cannot carry the header 'X Y'",
    ),
    "a header of two lines": Slip(
        response('          headers:\n            X: {required: true, schema: {enum: ["a\\nb", é漢]}}\n'),
        8,
        "HTTP cannot carry the header 'X'",
    ),
    "an unknown scheme": Slip(
        path(f"{OK}      security:\n      - {{Key: []}}\n"), 6, "The security scheme 'Key'"
    ),
    "security as an object": Slip(
        path(f"{OK}      security: {{}}\n"), 5, "is a list of alternatives", "warning"
    ),
    "an operation that is a word": Slip(
        f"  /a:\n    get:\n      operationId: a\n{OK}    put: x\n", 5, "An operation is"
    ),
    "a path that is a word": Slip(f"{path(OK)}  /b: x\n", 5, "A path is an object"),
    **{
        f"a $ref to what is no schema: {ref}": Slip(schema(f"$ref: '{ref}'"), 8, "leads to what is no schema")
        for ref in (
            "#",
            "#/info",
            "#/components/schemas",
            "#/components/schemas/S/properties",
            "#/paths/~1a/get",
        )
    },
    "a $ref to no path item": Slip(f"{path(OK)}  /b: {{$ref: '#/x-items/b'}}\n", 5, "leads nowhere"),
    "one path twice": Slip(
        f"{path(OK)}  /w/{{a}}:\n    get: {{responses: {{}}, parameters: [{{name: a, in: path}}]}}\n"
        "  /w/{b}:\n    get: {responses: {}, parameters: [{name: b, in: path}]}\n",
        8,
        "GET /w/{b} and /w/{a} are the same path to a client.",
    ),
    "two names of one path": Slip(
        f"{path(OK)}  /w/{{a}}:\n    get: {{responses: {{}}, parameters: [{{name: a, in: path}}]}}\n"
        "  /w/{b}:\n    put: {responses: {}, parameters: [{name: b, in: path}]}\n",
        7,
        "/w/{b} and /w/{a} are the same path to a client.",
        "warning",
    ),
}
HEAD = 'openapi: 3.0.3\ninfo: {title: T, version: "1"}\npaths:\n'


def load(folder: Path, text: str) -> Contract:
    return Contract.load(write(folder, {"x.yaml": text}))


def named(contract: Contract, id: str) -> Operation:
    (operation,) = [one for one in contract.operations if one.id == id]
    return operation


@pytest.mark.parametrize("slip", SLIPS.values(), ids=SLIPS.keys())
def test_a_slip_is_told_once_at_its_own_line_and_the_rest_is_served(tmp_path: Path, slip: Slip) -> None:
    contract = load(tmp_path, HEAD + slip.text.rstrip("\n") + OTHER)
    found = [(one.place.line - 3, one.severity) for one in contract.findings]
    assert found == [(slip.line, slip.severity)], contract.findings
    assert slip.words in str(contract.findings[0])
    assert {"a", "other"} <= {one.id for one in contract.operations}
    content = named(contract, "other").responses["200"].json
    assert content is not None
    assert content.validator is not None
    assert [content.validator.is_valid(value) for value in ({"a": "x"}, {"a": 1}, {})] == [True, False, False]
    worst = contract.document.slips.worst()
    assert worst == contract.findings[0]


def answer_of(contract: Contract) -> Any:
    content = named(contract, "a").responses["200"].json
    assert content is not None
    return content


@pytest.mark.parametrize(
    ("words", "fits", "does_not_fit"),
    [
        ("type: int", ["x", 1, None], []),
        ("type: string, pattern: '('", ["x"], [1]),
        ("type: string, pattern: '(a{1000}){1000}'", ["x"], [1]),
        ("type: string, pattern: '^((a|b)*c|(d|e)*f){3,5}(?<n>x)\\k<n>$'", ["x"], [1]),
        (
            "type: object, properties: {7: {type: string, pattern: '(a{1000}){1000}'}}",
            [{"7": "a"}],
            [{"7": 1}],
        ),
        ("type: object, properties: {x: {type: int}, y: {type: string}}", [{"x": [], "y": "a"}], [{"y": 1}]),
        ("type: object, properties: {x: {type: string, required: true}}", [{"x": "a"}, {}], [{"x": 1}]),
        ("type: array, items: {enum: a, type: string}", [["b"]], [[1]]),
        ("type: object, patternProperties: {'(': {}, '^x': {type: string}}", [{"xa": "a"}], [{"xa": 1}]),
        ("type: object, patternProperties: [{a: b}], required: [x]", [{"x": 1}], [{}]),
        ("type: object, required: [[x], {y: z}], properties: {x: {type: string}}", [{"x": "a"}], [{"x": 1}]),
        ("properties: {x: {type: [[string]]}, y: {type: string}}", [{"x": 1}], [{"y": 1}]),
        ("$ref: '#/components/schemas/T'", ["x", 1, None], []),
        ("type: number, minimum: 1e400, maximum: 5", [-1, 5], [6, "x"]),
        ("enum: [1, 1e400, 2]", [1, 2], [3, None]),
        ("anyOf: [{$ref: gone.yaml}, {type: int}]", ["x", 1], []),
    ],
)
def test_no_more_than_the_unsound_part_of_a_schema_is_left_out(
    tmp_path: Path, words: str, fits: list[Any], does_not_fit: list[Any]
) -> None:
    content = answer_of(load(tmp_path, HEAD + schema(words).rstrip("\n") + OTHER))
    assert [content.validator.is_valid(value) for value in fits] == [True] * len(fits)
    assert [content.validator.is_valid(value) for value in does_not_fit] == [False] * len(does_not_fit)


def test_many_unsound_schemas_are_all_found_at_once(tmp_path: Path) -> None:
    kinds = ["type: int", "pattern: '('", "required: a", "minimum: '1'"] * 50
    schemas = "".join(f"    S{at}: {{properties: {{a: {{{kind}}}}}}}\n" for at, kind in enumerate(kinds))
    contract = load(tmp_path, f"{HEAD.replace('paths:', 'paths: {}')}components:\n  schemas:\n{schemas}")
    assert [one.place.line for one in contract.findings] == list(range(6, 206))


def test_a_slip_in_another_file_is_told_there(tmp_path: Path) -> None:
    text = HEAD.replace("paths:", "paths: {}") + "components: {schemas: {S: {$ref: 'part.yaml#/A'}}}\n"
    contract = Contract.load(write(tmp_path, {"x.yaml": text, "part.yaml": "B: 1\nA:\n  type: int\n"}))
    (finding,) = contract.findings
    assert (finding.place.file.endswith("part.yaml"), finding.place.line) == (True, 3)


def test_a_missing_template_parameter_is_a_string(tmp_path: Path) -> None:
    contract = load(tmp_path, HEAD + SLIPS["an undeclared parameter"].text.rstrip("\n") + OTHER)
    (parameter,) = named(contract, "a").parameters
    assert (parameter.name, parameter.where, parameter.read(["7"])) == ("x", "path", ("7", []))


def test_an_unknown_scheme_is_not_asked_for(tmp_path: Path) -> None:
    contract = load(tmp_path, HEAD + SLIPS["an unknown scheme"].text.rstrip("\n") + OTHER)
    assert named(contract, "a").security == ({},)


def test_a_server_that_is_no_url_is_left_out(tmp_path: Path) -> None:
    text = f"{HEAD}{path(OK)}servers:\n- {{url: /v1}}\n- {{url: 'http://[x'}}\n- {{url: 'https://x/{{v}}'}}\n"
    contract = load(tmp_path, text)
    assert [(one.place.line, one.severity) for one in contract.findings] == [(10, "warning"), (11, "warning")]
    assert contract.base_paths() == ["/v1", "/{v}"]


def test_what_a_left_out_ref_held_leaves_no_ref_that_leads_nowhere(tmp_path: Path) -> None:
    schemas = (
        "    A: {$ref: gone.yaml, properties: {x: {type: string}}}\n"
        "    B: {properties: {y: {$ref: '#/components/schemas/A/properties/x'}}}\n"
    )
    contract = load(tmp_path, f"{HEAD.replace('paths:', 'paths: {}')}components:\n  schemas:\n{schemas}")
    assert [one.place.line for one in contract.findings] == [6, 7]
    assert contract.component("B") is not None


# $id, $anchor, $dynamicRef

IDENTIFIED = """\
    A:
      $id: https://acme.test/a
      properties: {b: {$ref: b}, c: {$ref: '#/$defs/c'}, d: {$ref: '#deep'}, e: {$ref: 'a#deep'}}
      $defs: {c: {type: integer}, d: {$anchor: deep, type: string}}
    B: {$id: 'https://acme.test/b', type: boolean}
    D: {$dynamicAnchor: node, properties: {kids: {type: array, items: {$dynamicRef: '#node'}}}}
    E: {properties: {$id: {type: integer}}, example: {$id: 7}}
    F: {properties: {b: {$ref: 'https://acme.test/b'}}}
    G: {$id: 'https://acme.test/g', properties: {b: {$ref: '#/components/schemas/B'}}}
"""


@pytest.mark.parametrize(
    ("name", "fits", "does_not_fit"),
    [
        ("A", {"b": True, "c": 1, "d": "x", "e": "y"}, {"b": 1}),
        ("A", {}, {"c": "x"}),
        ("A", {}, {"d": 1}),
        ("A", {}, {"e": 1}),
        ("D", {"kids": [{"kids": []}]}, {"kids": [{"kids": 1}]}),
        ("E", {"$id": 1}, {"$id": "x"}),
        ("F", {"b": True}, {"b": 1}),
        ("G", {"b": True}, {"b": 1}),
    ],
)
def test_schemas_are_found_by_their_names(tmp_path: Path, name: str, fits: Any, does_not_fit: Any) -> None:
    head = HEAD.replace("3.0.3", "3.1.0").replace("paths:", "paths: {}")
    contract = load(tmp_path, f"{head}components:\n  schemas:\n{IDENTIFIED}")
    assert contract.findings == []
    compiled = contract.component(name)
    assert compiled is not None
    assert compiled[0].is_valid(fits)
    assert not compiled[0].is_valid(does_not_fit)


@pytest.mark.parametrize(
    ("words", "message", "severity"),
    [
        ("$dynamicRef: '#gone'", "$dynamicRef '#gone' leads nowhere.", "error"),
        ("$schema: 'http://json-schema.org/draft-04/schema#'", "is read as JSON Schema 2020-12", "warning"),
    ],
)
def test_what_the_names_do_not_say_is_told(tmp_path: Path, words: str, message: str, severity: str) -> None:
    head = HEAD.replace("3.0.3", "3.1.0").replace("paths:", "paths: {}")
    (finding,) = load(tmp_path, f"{head}components:\n  schemas:\n    S: {{{words}}}\n").findings
    assert message in finding.message
    assert (finding.place.line, finding.severity) == (6, severity)


def test_another_dialect_is_told(tmp_path: Path) -> None:
    head = HEAD.replace("3.0.3", "3.1.0").replace("paths:", "paths: {}")
    dialect = "jsonSchemaDialect: https://json-schema.org/draft/2019-09/schema\n"
    (finding,) = load(tmp_path, head + dialect).findings
    assert (finding.place.line, finding.severity) == (4, "warning")


def test_an_id_of_3_0_says_nothing(tmp_path: Path) -> None:
    schemas = "    S: {$id: 'https://acme.test/s', properties: {t: {$ref: '#/components/schemas/T'}}}\n"
    text = f"{HEAD.replace('paths:', 'paths: {}')}components:\n  schemas:\n{schemas}    T: {{type: string}}\n"
    compiled = load(tmp_path, text).component("S")
    assert compiled is not None
    assert not compiled[0].is_valid({"t": 1})


@pytest.mark.parametrize("status", ["204", "205", "304", "100"])
def test_content_where_http_has_no_body_is_told(tmp_path: Path, status: str) -> None:
    media = {"application/json": {"schema": {"type": "string"}}}
    responses = {status: {"description": "", "content": media}, "200": {"description": ""}}
    (finding,) = contract_of(tmp_path, paths={"/a": {"get": {"responses": responses}}}).findings
    assert (finding.rule, finding.severity) == ("no-body", "warning")
    assert finding.message == f"A {status} has no body, whatever its `content` says."
