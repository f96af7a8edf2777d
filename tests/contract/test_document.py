"""A document in its files: every `$ref` followed, none out of the folder, each fault with its place.

Holds `contract/references.py`, `contract/ref_problems.py`, `contract/document_files.py` and
`contract/keywords.py` too.

Holds `contract/versions.py`.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from mockade.contract.contract import Contract
from mockade.contract.document import Document
from tests.contract.documents import faults, rules, violations_of, words_at, write

HEAD = "openapi: 3.0.3\ninfo: {title: T, version: '1'}\npaths: {}\n"
"""Three lines, so that what follows begins on the fourth."""


def document(folder: Path, text: str, **files: str) -> Document:
    beside = {name.replace("__", "/").replace("_yaml", ".yaml"): content for name, content in files.items()}
    return Document(write(folder, {"x.yaml": HEAD + text, **beside}))


def test_a_ref_leads_to_another_component(tmp_path: Path) -> None:
    whole = document(
        tmp_path, "components: {schemas: {A: {$ref: '#/components/schemas/B'}, B: {type: string}}}"
    )
    node = whole.component("schemas", "A")
    assert node is not None
    assert node.value == {"type": "string"}
    assert node.source.pointer == ("components", "schemas", "B")


def test_a_ref_escapes_what_a_pointer_cannot_hold(tmp_path: Path) -> None:
    text = (
        "components:\n  schemas:\n"
        "    A: {$ref: '#/components/schemas/a~1b%20~0c%25'}\n"
        "    a/b ~c%: {type: string}\n"
    )
    node = document(tmp_path, text).component("schemas", "A")
    assert node is not None
    assert words_at(node.source).startswith("a/b ~c%")
    assert node.source.ref.endswith("#/components/schemas/a~1b%20~0c%25")


@pytest.mark.parametrize("name", ["Page[User]", "Map<Text,[N]>", "50%", "%zz", "a#b", "x^y", "Page«User»"])
def test_a_ref_leads_to_a_name_that_no_uri_holds_as_it_stands(tmp_path: Path, name: str) -> None:
    schema = {"type": "object", "properties": {"a": {"$ref": f"#/components/schemas/{name}"}}}
    found = violations_of(tmp_path, schema, {"a": 1}, **{name: {"type": "string"}})
    assert rules(found) == {"/a": "type"}


def test_refs_lead_through_files_of_the_folder_and_its_folders_and_back(tmp_path: Path) -> None:
    whole = document(
        tmp_path,
        "components:\n  schemas:\n    A: {$ref: 'parts/a.yaml#/A'}\n    Own: {type: boolean}\n",
        parts__a_yaml="A:\n  properties:\n    up: {$ref: '../x.yaml#/components/schemas/Own'}\n"
        "    beside: {$ref: 'b.yaml'}\n    self: {$ref: '#/Here'}\nHere: {type: integer}\n",
        parts__b_yaml="type: number\n",
    )
    node = whole.component("schemas", "A")
    assert node is not None
    up, beside, here = (node.get("properties", name) for name in ("up", "beside", "self"))
    assert up is not None
    assert beside is not None
    assert here is not None
    assert (up.value, beside.value, here.value) == (
        {"type": "boolean"},
        {"type": "number"},
        {"type": "integer"},
    )
    assert up.source.uri == whole.uri, "the way back leads to the same file, not to a second reading of it"
    assert len(whole.files) == 3
    assert str(here.source.place()).endswith("a.yaml:6:1")


@pytest.mark.parametrize("name", ["my spec.yaml", "spéc.yaml", "a#b.yaml", "50%20.yaml"])
def test_a_file_may_have_any_name(tmp_path: Path, name: str) -> None:
    text = f"{HEAD}components: {{schemas: {{A: {{type: string}}, B: {{$ref: '#/components/schemas/A'}}}}}}"
    compiled = Contract.load(write(tmp_path, {name: text})).component("B")
    assert compiled is not None
    (violation,) = compiled[0].violations(5, "body")
    assert f"{name}:4:" in violation.place


@pytest.mark.parametrize("ref", ["sub dir/a é.yaml#/A", "sub%20dir/a%20%C3%A9.yaml#/A"])
def test_a_ref_may_be_written_as_a_path_or_as_a_uri(tmp_path: Path, ref: str) -> None:
    text = f"{HEAD}components: {{schemas: {{S: {{properties: {{a: {{$ref: '{ref}'}}}}}}}}}}"
    path = write(tmp_path, {"x.yaml": text, "sub dir/a é.yaml": "A: {type: string}"})
    compiled = Contract.load(path).component("S")
    assert compiled is not None
    assert not compiled[0].is_valid({"a": 5})


@pytest.mark.parametrize(
    "ref",
    [
        "../outside.yaml",
        "parts/../../outside.yaml#/A",
        "%2e%2e/outside.yaml",
        "parts%2F..%2F..%2Foutside.yaml",
        "link.yaml",
        "linked/outside.yaml",
    ],
)
def test_a_ref_never_leads_out_of_the_folder(tmp_path: Path, ref: str) -> None:
    outside = tmp_path / "outside.yaml"
    outside.write_text("A: {type: string}\n")
    home = tmp_path / "home"
    (home / "parts").mkdir(parents=True)
    (home / "link.yaml").symlink_to(outside)
    (home / "linked").symlink_to(tmp_path)
    (fault,) = faults(lambda: document(home, f"components: {{schemas: {{A: {{$ref: '{ref}'}}}}}}"))
    assert f"home/x.yaml:4:28: $ref {ref!r} leads out of the contract's folder." in fault


@pytest.mark.parametrize(
    "ref", ["https://example.com/a.yaml", "//example.com/a.yaml", "file:///etc/hosts", "urn:a:b"]
)
def test_a_ref_never_leads_to_the_network(tmp_path: Path, ref: str) -> None:
    (fault,) = faults(lambda: document(tmp_path, f"components: {{schemas: {{A: {{$ref: '{ref}'}}}}}}"))
    assert "leads to the network, which is never asked. Copy the file" in fault


@pytest.mark.parametrize("ref", ["/etc/passwd", "/proc/self/environ", "/etc/passwd#/a", "/", "/etc/"])
def test_an_absolute_path_is_refused(tmp_path: Path, ref: str) -> None:
    (fault,) = faults(lambda: document(tmp_path, f"components: {{schemas: {{A: {{$ref: '{ref}'}}}}}}"))
    assert f"x.yaml:4:28: $ref {ref!r} " in fault
    assert "is an absolute path, which is never read." in fault or "leads out of" in fault


def test_a_pointer_without_its_hash_costs_its_own_place(tmp_path: Path) -> None:
    (fault,) = faults(
        lambda: document(tmp_path, "components: {schemas: {A: {$ref: '/components/schemas/B'}, B: {}}}")
    )
    assert "names a file that is not there. Did you mean '#/components/schemas/B'?" in fault


@pytest.mark.parametrize("ref", ["folder", "fifo.json"])
def test_what_is_no_file_is_never_opened(tmp_path: Path, ref: str) -> None:
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "fifo.json")
    (fault,) = faults(lambda: document(tmp_path, f"components: {{schemas: {{A: {{$ref: '{ref}'}}}}}}"))
    assert f"x.yaml:4:28: $ref {ref!r} leads to what is no file." in fault


@pytest.mark.parametrize("ref", ["http://[", "a%00.yaml"])
def test_a_ref_that_is_no_address_says_so(tmp_path: Path, ref: str) -> None:
    (fault,) = faults(lambda: document(tmp_path, f"components: {{schemas: {{A: {{$ref: '{ref}'}}}}}}"))
    assert f"x.yaml:4:28: $ref {ref!r} is no address" in fault


def test_a_ref_to_nowhere_names_the_nearest(tmp_path: Path) -> None:
    text = (
        "components:\n  schemas:\n    Widget: {type: string}\n"
        "    A: {$ref: '#/components/schemas/Wigdet'}\n    B: {$ref: 'part.yaml#/Thing'}\n"
        "    C: {$ref: 'parts.yaml#/Thing'}\n"
    )
    assert [
        fault.partition("x.yaml:")[2]
        for fault in faults(lambda: document(tmp_path, text, parts_yaml="Things: {}"))
    ] == [
        "7:9: $ref '#/components/schemas/Wigdet' leads nowhere: there is no 'Wigdet'. Did you mean 'Widget'?",
        "8:9: $ref 'part.yaml#/Thing' names a file that is not there. Did you mean 'parts.yaml'?",
        "9:9: $ref 'parts.yaml#/Thing' leads nowhere: there is no 'Thing'. Did you mean 'Things'?",
    ]


def test_a_ref_to_a_file_that_cannot_be_read_tells_that_file_s_fault_once(tmp_path: Path) -> None:
    text = "components: {schemas: {A: {$ref: 'p.yaml#/A'}, B: {$ref: 'p.yaml#/B'}}}"
    (fault,) = faults(lambda: document(tmp_path, text, p_yaml="A: [1\n"))
    assert "p.yaml:2:1: This is not YAML" in fault


def test_a_ref_by_an_anchor_that_is_not_there_is_told(tmp_path: Path) -> None:
    text = "components: {schemas: {A: {$ref: '#b'}, B: {$anchor: a, type: string}}}"
    (fault,) = faults(lambda: document(tmp_path, text))
    assert "4:28: $ref '#b' names an anchor that is not there." in fault


def test_refs_in_a_circle_are_a_fault_where_they_are_followed(tmp_path: Path) -> None:
    text = (
        "components:\n  schemas:\n    A: {$ref: '#/components/schemas/B'}\n"
        "    B: {$ref: '#/components/schemas/C'}\n    C: {$ref: '#/components/schemas/A'}\n"
        "    D: {$ref: '#/components/schemas/D'}\n"
    )
    whole = document(tmp_path, text)
    found = faults(lambda: whole)
    assert len(found) == 2
    assert all("leads back to itself" in fault for fault in found)
    for name in "ABCD":
        node = whole.component("schemas", name)
        assert node is not None
        assert node.value == {}


def test_a_circle_hides_no_other_fault(tmp_path: Path) -> None:
    text = (
        "components:\n  schemas:\n    A: {$ref: '#/components/schemas/A'}\n"
        "    B: {type: strin}\n    C: {pattern: '('}\n"
    )
    found = faults(lambda: Contract(document(tmp_path, text)))
    assert [fault.partition("x.yaml:")[2][:4] for fault in found] == ["6:5:", "7:9:", "8:9:"]


@pytest.mark.parametrize(
    ("schema", "place"),
    [
        ("{properties: {deep: {items: {$ref: 'p.yaml#/A'}}}}", "p.yaml:2:1"),
        ("{allOf: [{type: object}, {$ref: 'p.yaml#/A'}]}", "p.yaml:2:1"),
        ("{properties: {own: {$ref: '#/components/schemas/S/properties/own'}}}", "x.yaml:4:41"),
    ],
)
def test_a_circle_is_told_at_the_start_however_deep_it_is(tmp_path: Path, schema: str, place: str) -> None:
    text = f"components: {{schemas: {{S: {schema}}}}}"
    whole = document(tmp_path, text, p_yaml="A: {$ref: '#/B'}\nB: {$ref: '#/A'}\n")
    found = faults(lambda: Contract(whole))
    assert any(place in fault and "leads back to itself" in fault for fault in found)


def test_a_schema_may_contain_itself(tmp_path: Path) -> None:
    schema = {
        "type": "object",
        "required": ["name"],
        "properties": {
            "name": {"type": "string"},
            "children": {"type": "array", "items": {"$ref": "#/components/schemas/S"}},
        },
    }
    value = {"name": "a", "children": [{"name": "b", "children": [{"children": []}]}]}
    (violation,) = violations_of(tmp_path, schema, value)
    assert violation.pointer == "/children/0/children/0/name"


def test_a_ref_in_an_example_refers_to_nothing(tmp_path: Path) -> None:
    text = """\
components:
  examples:
    one: {value: {$ref: nowhere.yaml}}
    two: {$ref: '#/components/examples/one'}
  schemas:
    A:
      type: object
      example: {$ref: nowhere.yaml}
      default: {deep: [{$ref: '#/nowhere'}]}
      enum: [{$ref: '#/nowhere'}]
    B:
      examples: [{$ref: '#/nowhere'}]
  responses:
    R:
      description: r
      content:
        application/json:
          examples: {one: {value: {$ref: '#/nowhere'}}}
"""
    assert len(document(tmp_path, text).files) == 1


@pytest.mark.parametrize(
    "text",
    [
        "components: {schemas: {A: {properties: {default: {$ref: '#/nowhere'}}}}}",
        "components: {schemas: {A: {properties: {example: {$ref: '#/nowhere'}}}}}",
        "components: {schemas: {enum: {$ref: '#/nowhere'}}}",
        "components: {examples: {A: {$ref: '#/nowhere'}}}",
    ],
)
def test_a_name_that_is_also_a_word_of_openapi_hides_no_ref(tmp_path: Path, text: str) -> None:
    (fault,) = faults(lambda: document(tmp_path, text))
    assert "'#/nowhere' leads nowhere" in fault


def test_a_property_may_be_called_ref(tmp_path: Path) -> None:
    schema = {"properties": {"$ref": {"type": "string"}}}
    (violation,) = violations_of(tmp_path, schema, {"$ref": 5})
    assert violation.pointer == "/$ref"


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "x.yaml: This file is empty. Write"),
        ("- a\n", "x.yaml:1:1: This holds a list; an OpenAPI document is an object. Begin"),
        ("just words\n", "x.yaml:1:1: This holds a single value; an OpenAPI document is an object. Begin"),
        ("<!doctype html>\n<html><p style='a: b'>\n", "x.yaml: This is a web page (HTML), not"),
        ("info: {}\nopneapi: 3.0.3\n", "x.yaml:2:1: This document begins with 'opneapi', which is nothing."),
    ],
)
def test_a_document_is_an_object(tmp_path: Path, text: str, what: str) -> None:
    (fault,) = faults(lambda: Document(write(tmp_path, {"x.yaml": text})))
    assert what in fault


@pytest.mark.parametrize(
    ("raw", "what"),
    [
        (b"PK\x03\x04\xff", "This file is a ZIP archive, no OpenAPI document. Name the document itself"),
        (b"%PDF-1.7\xff", "This file is a PDF document"),
        ("openapi: 3.0.3".encode("utf-16"), "This file is text in UTF-16. Save it as UTF-8."),
        (b"\0\1\xff", "This file is binary"),
        (b"title: caf\xe9", "This file is not UTF-8 text. If it is"),
    ],
)
def test_a_file_that_is_no_text_is_named(tmp_path: Path, raw: bytes, what: str) -> None:
    (tmp_path / "x.yaml").write_bytes(raw)
    (fault,) = faults(lambda: Document(tmp_path / "x.yaml"))
    assert f"x.yaml: {what}" in fault


@pytest.mark.parametrize("name", ["openapi", "openapi.txt", "openapi.JSON"])
def test_json_is_read_by_whatever_name(tmp_path: Path, name: str) -> None:
    text = '{\n\t"openapi": "3.0.3",\n\t"paths": {}}'
    whole = Document(write(tmp_path, {name: text}))
    assert str(whole.place(whole.uri, ("paths",))).endswith(f"{name}:3:2")


def test_going_down_to_what_is_not_there_finds_nothing(tmp_path: Path) -> None:
    root = document(tmp_path, "tags: [{name: a}]\nx-word: text\n").root
    assert root.get("tags", 0, "name") is not None
    for way in (("tags", 1), ("tags", "name"), ("x-word", "a"), ("info", "title", "deeper"), ("nowhere",)):
        assert root.get(*way) is None
    assert list(root.list()) == []
    assert [node.text("name") for node in root.get("tags").list()] == ["a"]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "text",
    [
        "x-operation: {responses: {default: {$ref: '#/nowhere'}}}",
        "x-list: [[{$ref: '#/nowhere'}]]",
        "components: {callbacks: {x-more: {$ref: gone.yaml}}, responses: {x-more: {$ref: '#/nowhere'}}}",
    ],
)
def test_an_extension_is_data_and_its_refs_lead_nowhere(tmp_path: Path, text: str) -> None:
    whole = document(tmp_path, text)
    assert faults(lambda: whole) == []
    assert faults(lambda: Contract(whole)) == []


@pytest.mark.parametrize("key", ["examples", "headers", "responses"])
def test_a_ref_in_the_place_of_what_has_names_is_told_when_it_leads_nowhere(tmp_path: Path, key: str) -> None:
    (fault,) = faults(lambda: document(tmp_path, f"components: {{x: {{{key}: {{$ref: 'gone.yaml'}}}}}}"))
    assert "$ref 'gone.yaml' names a file that is not there" in fault
