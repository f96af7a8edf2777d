"""Discriminators: the value of a property chooses the schema that an object is held against, everywhere.

Holds `contract/discriminator_checks.py` too.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mockade.contract.contract import Contract
from mockade.contract.discriminators import contradiction_of, discriminator_of
from mockade.contract.document import Document
from mockade.contract.generation.generator import Generator
from mockade.contract.undeclared import undeclared_notices
from tests.contract.documents import contract_of, rules, schema_node, violations_of, words_at
from tests.contracts import answers, body, contract
from tests.harness import Mock

TEXT, WHOLE, YES = {"type": "string"}, {"type": "integer"}, {"type": "boolean"}


def ref(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}


def thing(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": ["kind"], "properties": {"kind": TEXT, **properties}}


CAT, DOG = thing(purr=YES), thing(bark=WHOLE)
MAPPING = {"cat": "#/components/schemas/Cat", "hound": "Dog"}


def choice(keyword: str = "oneOf", **discriminator: Any) -> dict[str, Any]:
    return {keyword: [ref("Cat"), ref("Dog")], "discriminator": {"propertyName": "kind", **discriminator}}


@pytest.mark.parametrize("keyword", ["oneOf", "anyOf"])
@pytest.mark.parametrize("version", ["3.0.3", "3.1.0"])
def test_the_value_chooses_among_options_that_overlap(tmp_path: Path, keyword: str, version: str) -> None:
    def broken(value: Any) -> dict[str, str]:
        schema = choice(keyword, mapping=MAPPING)
        return rules(violations_of(tmp_path, schema, value, version=version, Cat=CAT, Dog=DOG))

    for good in ({"kind": "cat", "purr": True, "bark": "x"}, {"kind": "hound", "bark": 3}):
        assert broken(good) == {}
    for implicit in ({"kind": "Cat", "purr": True}, {"kind": "Dog", "bark": 3}):
        assert broken(implicit) == {}
    assert broken({"kind": "cat", "purr": "loud", "bark": "x"}) == {"/purr": "type"}
    assert broken({"kind": "hound", "purr": True, "bark": "x"}) == {"/bark": "type"}
    assert broken({"kind": "bird"}) == {"/kind": "discriminator"}
    assert broken({"purr": True}) == {"/kind": "required"}
    assert broken("cat") != {}


def test_an_unmapped_value_is_told_with_those_that_are_and_the_line_of_the_discriminator(
    tmp_path: Path,
) -> None:
    for schema, others in (
        (choice(mapping={"cat": "Cat", "dog": "Dog"}), {"Cat": CAT, "Dog": DOG}),
        ({**thing(), "discriminator": {"propertyName": "kind", "mapping": {"cat": "Cat"}}}, {"Cat": CAT}),
    ):
        (violation,) = violations_of(tmp_path, schema, {"kind": "catt"}, **others)
        assert violation.message == (
            "'catt' is none of the values that the discriminator has. Did you mean 'cat'?"
        )
        assert violation.value == "catt"
        assert set(violation.expected) >= {"cat", "Cat"}
        assert words_at(violation.source).startswith('"discriminator"')


def child(base: str = "Pet", **properties: Any) -> dict[str, Any]:
    return {"allOf": [ref(base), {"type": "object", "properties": properties, "required": list(properties)}]}


def family(**discriminator: Any) -> dict[str, Any]:
    """Pet, its children Cat and Dog, and Siamese, a child of Cat."""
    base = {**thing(friend=ref("Pet")), "discriminator": {"propertyName": "kind", **discriminator}}
    return {"Pet": base, "Cat": child(purr=YES), "Dog": child(bark=WHOLE), "Siamese": child("Cat", eyes=TEXT)}


@pytest.mark.parametrize("version", ["3.0.3", "3.1.0"])
@pytest.mark.parametrize("at", ["", "/pets/0", "/map/a", "/pet", "/pet/friend"])
def test_a_child_of_a_base_is_applied_wherever_the_base_stands(tmp_path: Path, at: str, version: str) -> None:
    pet = ref("Pet")
    schema = {
        "anyOf": [pet, {"required": ["pets"]}, {"required": ["map"]}, {"required": ["pet"]}],
        "properties": {
            "pets": {"type": "array", "items": pet},
            "map": {"type": "object", "additionalProperties": pet},
            "pet": {"allOf": [pet], "description": "One."},
        },
    }

    def broken(value: Any) -> dict[str, str]:
        around = {"/pets/0": [value], "/map/a": {"a": value}, "/pet": value}
        around["/pet/friend"] = {"kind": "Dog", "bark": 1, "friend": value}
        whole = {at.split("/")[1]: around[at]} if at else value
        return rules(violations_of(tmp_path, schema if at else pet, whole, version=version, **family()))

    assert broken({"kind": "Cat", "purr": True}) == {}
    assert broken({"kind": "Pet", "purr": 1}) == {}
    assert broken({"kind": "Cat", "purr": 1}) == {f"{at}/purr": "type"}
    assert broken({"kind": "Dog", "purr": 1}) == {f"{at}/bark": "required"}
    assert broken({"kind": "Siamese", "purr": 1, "eyes": "blue"}) == {f"{at}/purr": "type"}
    assert broken({"kind": "Bird"}) == {f"{at}/kind": "discriminator"}


def test_a_child_by_itself_is_what_it_was(tmp_path: Path) -> None:
    compiled = contract_of(tmp_path, family()).component("Cat")
    assert compiled is not None
    validator, normalizer = compiled
    assert validator.is_valid({"kind": "Cat", "purr": True})
    assert not validator.is_valid({"kind": "Cat"})
    assert undeclared_notices(normalizer, {"kind": "Cat", "purr": True}, "body", ()) == []
    assert len(undeclared_notices(normalizer, {"kind": "Cat", "purr": True, "bark": 1}, "body", ())) == 1


def test_a_default_of_the_chosen_schema_is_filled_in_and_what_it_declares_is_known(tmp_path: Path) -> None:
    grown = thing(legs={"type": "integer", "default": 4})
    for schemas in (
        {"S": choice(mapping=MAPPING), "Cat": {**CAT}, "Dog": grown},
        {**family(mapping=MAPPING), "Dog": child(), "S": ref("Pet")},
    ):
        if "Pet" in schemas:
            schemas["Dog"]["allOf"][1] = {"properties": {"legs": {"type": "integer", "default": 4}}}
        compiled = contract_of(tmp_path, schemas).component("S")
        assert compiled is not None
        normalizer = compiled[1]
        assert normalizer.fill({"kind": "hound"}) == {"kind": "hound", "legs": 4}
        assert normalizer.fill({"kind": "cat", "purr": True}) == {"kind": "cat", "purr": True}
        assert undeclared_notices(normalizer, {"kind": "hound", "legs": 3}, "body", ()) == []
        (notice,) = undeclared_notices(normalizer, {"kind": "hound", "purr": True}, "body", ())
        assert notice.pointer == "/purr"


@pytest.mark.parametrize(
    ("words", "good", "bad"),
    [
        ({"mapping": {"1": "Cat", "true": "Dog"}}, [{"kind": 1}, {"kind": True}], [{"kind": 2}]),
        ({"mapping": {"x": "Nowhere", "cat": "Cat"}}, [{"kind": "x", "purr": 5}], [{"kind": "y"}]),
        ({"mapping": {"lion": "Lion"}}, [{"kind": "lion", "mane": 1}], [{"kind": "lion", "mane": "x"}]),
        (
            {"defaultMapping": "Dog"},
            [{"bark": 1}, {"kind": "z"}],
            [{"bark": "x"}, {"kind": "z", "bark": "x"}],
        ),
    ],
)
def test_a_mapping_is_read_as_it_is_meant(
    tmp_path: Path, words: dict[str, Any], good: list[Any], bad: list[Any]
) -> None:
    kindless = {name: {"type": "object", "properties": {"kind": {}, **more}} for name, more in OPEN.items()}
    for value in good:
        assert violations_of(tmp_path, choice(**words), value, version="3.1.0", **kindless) == []
    for value in bad:
        assert violations_of(tmp_path, choice(**words), value, version="3.1.0", **kindless) != []


OPEN: dict[str, Any] = {"Cat": {"purr": YES}, "Dog": {"bark": WHOLE}, "Lion": {"mane": WHOLE}}


def test_values_that_the_options_declare_themselves_choose_them(tmp_path: Path) -> None:
    named = {"Cat": thing(kind={"enum": ["cat"]}), "Dog": thing(kind={"const": "dog"}, bark=WHOLE)}
    assert violations_of(tmp_path, choice(), {"kind": "dog", "bark": 1}, version="3.1.0", **named) == []
    broken = violations_of(tmp_path, choice(), {"kind": "dog", "bark": "x"}, version="3.1.0", **named)
    assert rules(broken) == {"/bark": "type"}


def test_a_discriminator_that_no_value_could_keep_is_left_out(tmp_path: Path) -> None:
    shared = {name: thing(kind={"enum": ["cat", "dog"]}) for name in ("Cat", "Dog")}
    node = schema_node(contract_of(tmp_path, {"S": choice("anyOf"), **shared}))
    assert discriminator_of(node) is None
    assert "'kind' may have" in contradiction_of(node)
    assert violations_of(tmp_path, choice("anyOf"), {"kind": "dog"}, **shared) == []


def test_null_and_a_base_that_lists_its_children_are_read(tmp_path: Path) -> None:
    nullable = {**choice(mapping=MAPPING), "nullable": True}
    assert violations_of(tmp_path, nullable, None, Cat=CAT, Dog=DOG) == []
    assert rules(violations_of(tmp_path, nullable, {"kind": "bird"}, Cat=CAT, Dog=DOG)) == {
        "/kind": "discriminator"
    }
    circle = {"Cat": child("S", purr=YES), "Dog": child("S", bark=WHOLE)}
    assert violations_of(tmp_path, choice(), {"kind": "Cat", "purr": True}, **circle) == []
    assert rules(violations_of(tmp_path, choice(), {"kind": "Cat", "purr": 1}, **circle)) == {"/purr": "type"}


def test_a_mapping_leads_to_another_file(tmp_path: Path) -> None:
    files = {"dog.yaml": "type: object\nproperties: {bark: {type: integer}}\n"}
    schema = {
        "oneOf": [ref("Cat"), {"$ref": "dog.yaml"}],
        "discriminator": {"propertyName": "kind", "mapping": {"hound": "./dog.yaml"}},
    }
    compiled = contract_of(tmp_path, {"S": schema, "Cat": CAT}, files=files).component("S")
    assert compiled is not None
    assert compiled[0].is_valid({"kind": "hound", "bark": 1})
    assert rules(compiled[0].violations({"kind": "hound", "bark": "x"}, "body")) == {"/bark": "type"}


def test_what_is_generated_is_of_the_option_that_its_value_chooses(tmp_path: Path) -> None:
    for schemas in ({"S": choice(mapping=MAPPING), "Cat": CAT, "Dog": DOG}, {**family(), "S": ref("Pet")}):
        loaded = contract_of(tmp_path, schemas)
        generator, node = Generator(loaded.schemas), schema_node(loaded)
        made = [
            generator.generate(node, seed=seed, key="k", now="2026-01-05T12:00:00Z") for seed in range(12)
        ]
        assert len({one["kind"] for one in made}) > 1


def test_a_deep_family_is_looked_through_to_its_end(tmp_path: Path) -> None:
    compiled = contract_of(tmp_path, family()).component("Pet")
    assert compiled is not None
    value: dict[str, Any] = {"kind": "Siamese", "purr": 5, "eyes": "x"}
    for _ in range(60):
        value = {"kind": "Siamese", "purr": True, "eyes": "x", "friend": value}
    assert not compiled[0].is_valid(value)
    assert len(compiled[0].violations(value, "body")) == 1


def test_requests_and_answers_are_held_to_the_choice(serve: Callable[..., Mock]) -> None:
    pet = answers(200, ref("Pet"))
    paths: dict[str, Any] = {
        "/pets": {"post": {"operationId": "answer", "requestBody": body(ref("Pet")), **pet}}
    }
    handler = "def answer(call, body):\n    return {'kind': body['kind'], 'purr': 1, 'bark': 1}\n"
    mock = serve(contract(paths, family()), handlers=handler)
    assert mock.post("/pets", json={"kind": "Dog", "bark": 1}).status_code == 200
    assert mock.post("/pets", json={"kind": "Dog", "bark": "x"}).status_code == 400
    assert mock.post("/pets", json={"kind": "Cat", "purr": True}).status_code == 500


def test_a_value_whose_mapping_leads_nowhere_is_remarked_on_wherever_it_is(tmp_path: Path) -> None:
    pets = {
        "Cat": {"type": "object", "required": ["name"]},
        "Pet": {
            "oneOf": [{"$ref": "#/components/schemas/Cat"}],
            "discriminator": {"propertyName": "kind", "mapping": {"dog": "Dog", "cat": "Cat"}},
        },
        "Base": {"type": "object", "discriminator": {"propertyName": "of", "mapping": {"x": "#/nope"}}},
    }
    row = {
        "properties": {
            "pets": {"type": "array", "items": {"$ref": "#/components/schemas/Pet"}},
            "base": {"allOf": [{"$ref": "#/components/schemas/Base"}]},
        }
    }
    compiled = contract_of(tmp_path, {**pets, "Row": row}).component("Row")
    assert compiled is not None
    validator, normalizer = compiled
    value = {"pets": [{"kind": "cat", "name": "Tom"}, {"kind": "dog"}], "base": {"of": "x"}}
    assert validator.is_valid(value)
    noted = undeclared_notices(normalizer, value, "body", ())
    assert [(one.pointer, one.rule, one.notice) for one in noted] == [
        ("/pets/1/kind", "mapping", True),
        ("/base/of", "mapping", True),
    ]
    assert noted[0].message == "The mapping of 'dog' leads nowhere: this may be anything."


def test_a_mapping_to_nowhere_is_a_slip_that_the_start_counts(tmp_path: Path) -> None:
    path = tmp_path / "pets.yaml"
    path.write_text(
        """openapi: 3.0.3
info: {title: T, version: '1'}
paths:
  /pets:
    post:
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Pet'}}}}
      responses: {'202': {description: ''}}
components:
  schemas:
    Pet:
      oneOf: [{$ref: '#/components/schemas/Cat'}]
      discriminator: {propertyName: t, mapping: {cat: Cat, dog: '#/components/schemas/Dog'}}
    Cat: {type: object, required: [t], properties: {t: {type: string}}}
""",
        encoding="utf-8",
    )
    document = Contract(Document(path)).document
    worst = document.slips.worst()
    assert worst is not None
    assert (document.slips.count, worst.rule, worst.severity) == (1, "mapping", "warning")
    assert "'dog' leads nowhere" in worst.message
