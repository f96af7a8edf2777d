"""Work on schemas that refer to each other: it grows with the contract, not with the ways through it.

Holds `contract/schema_walk.py`. Work is counted in calls of functions, which are the same on any machine.

Holds `contract/properties.py`, `contract/response_view.py` and `contract/compiled_together.py` too.
"""

from __future__ import annotations

import cProfile
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from mockade.catalogue.redaction import Redaction, holds_passwords
from mockade.contract.coercion import members_of, types_of
from mockade.contract.contract import Contract
from mockade.contract.document import Node
from mockade.contract.keywords import PARTS
from mockade.contract.properties import flagged, properties, read_only, required, takes_null
from mockade.contract.response_view import has_hidden_parts, visible_part
from mockade.contract.samples import sample
from mockade.contract.schema_walk import leads_to, parts, walk
from mockade.contract.undeclared import undeclared_notices
from mockade.contract.xml_encoder import xml_body
from mockade.dialects.inferred import ErrorFacts, error_body
from mockade.validation.agreement import validate
from tests.contract.documents import contract_of, schema_node
from tests.harness import Mock

NO_ROWS = {"shop.yaml": "rows: 0"}
"""What a world starts with is made by other rules, with a bound of its own for each row."""

Links = Callable[[int, int], Iterable[int]]
"""Which schemas a schema refers to, of how many."""


def all_others(at: int, count: int) -> Iterator[int]:
    return (other for other in range(count) if other != at)


def three_others(at: int, count: int) -> set[int]:
    return {(at + 1) % count, (at * 7 + 3) % count, (at * 5 + 8) % count} - {at}


def reference(at: int) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/S{at}"}


def by_properties(count: int, links: Links) -> dict[str, Any]:
    """Schemas that each have a property per schema they refer to, and a list of one."""
    return {
        f"S{at}": {
            "type": "object",
            "required": ["id"],
            "properties": {
                "id": {"type": "string"},
                "size": {"type": "integer", "default": 1},
                **{f"to_{other}": reference(other) for other in links(at, count)},
                "list": {"type": "array", "items": reference((at + 1) % count)},
            },
        }
        for at in range(count)
    }


def by_parts(keyword: str) -> Callable[[int, Links], dict[str, Any]]:
    """Schemas that each list those they refer to under `keyword`."""

    def schemas(count: int, links: Links) -> dict[str, Any]:
        return {
            f"S{at}": {
                "properties": {f"own_{at}": {"type": "string"}},
                keyword: [reference(other) for other in links(at, count)],
            }
            for at in range(count)
        }

    return schemas


def served(schemas: Mapping[str, Any]) -> str:
    """A contract with a collection of each of the schemas."""
    paths: dict[str, Any] = {}
    for name in schemas:
        body = {"content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}}}
        rows = {"type": "array", "items": {"$ref": f"#/components/schemas/{name}"}}
        id_of = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
        one, many = (
            {"responses": {"200": {"description": "", "content": {"application/json": {"schema": schema}}}}}
            for schema in ({"$ref": f"#/components/schemas/{name}"}, rows)
        )
        paths[f"/{name}"] = {"get": many, "post": {"requestBody": body, **one}}
        paths[f"/{name}/{{id}}"] = {"parameters": [id_of], "get": one, "patch": {"requestBody": body, **one}}
    return json.dumps(
        {
            "openapi": "3.0.3",
            "info": {"title": "T", "version": "1"},
            "paths": paths,
            "components": {"schemas": schemas},
        }
    )


def calls(act: Callable[[], Any]) -> int:
    """How many functions `act` calls, built-in ones included; cProfile counts them in C."""
    profile = cProfile.Profile()
    profile.runcall(act)
    return sum(entry.callcount for entry in profile.getstats())


_QUESTIONS: tuple[Callable[[Node], Any], ...] = (
    *(properties, required, read_only, takes_null, has_hidden_parts, holds_passwords, types_of, members_of),
    partial(flagged, keyword="writeOnly"),
)


def ask_all(contract: Contract) -> None:
    """Ask everything about each component: as often as requests do, more than once."""
    value = {"id": "a", "size": 1.0, "to_1": {"id": "b", "to_0": {"list": [{"id": "c"}]}}}
    for name in contract.document.root.value["components"]["schemas"]:
        schema = schema_node(contract, name)
        for ask in (*_QUESTIONS, *_QUESTIONS):
            ask(schema)
        for change in (visible_part, Redaction().value):
            change(value, schema)
        compiled = contract.component(name)
        assert compiled is not None
        _, normalizer = compiled
        normalizer.fill(dict(value))
        undeclared_notices(normalizer, value, "body", ())


@pytest.mark.parametrize(("links", "growth"), [(all_others, 4.6), (three_others, 2.2)])
@pytest.mark.parametrize("count", [6, 12])
def test_loading_and_first_requests_grow_with_the_contract(
    home: Callable[..., Path], make_mock: Callable[..., Mock], count: int, links: Links, growth: float
) -> None:
    """Of twice as many schemas that all refer to each other there are four times as many words."""

    def work(of: int) -> int:
        folder = home(specs={"shop.json": served(by_properties(of, links))}, fixtures=NO_ROWS)

        def act() -> None:
            mock = make_mock(home=folder, anew=True)
            assert mock.post("/S0", json={"id": "a"}).status_code == 200
            assert mock.get("/S0/a").json() == {"id": "a", "size": 1}
            assert mock.post("/S1", json={"id": 1}).status_code == 400
            assert mock.get("/_mockade/v1/apis").status_code == 200
            assert len(mock.get("/_mockade/v1/worlds/default/journal").json()["exchanges"]) == 3

        return calls(act)

    work(2)  # what is made once in a process is made
    assert work(2 * count) <= growth * work(count)


@pytest.mark.parametrize(("links", "growth"), [(all_others, 4.6), (three_others, 2.2)])
def test_validating_grows_with_the_contract(home: Callable[..., Path], links: Links, growth: float) -> None:
    def work(of: int) -> int:
        folder = home(specs={"shop.json": served(by_properties(of, links))}, fixtures=NO_ROWS)
        return calls(lambda: validate([folder]))

    work(2)
    assert work(24) <= growth * work(12)


MANY = 96


def test_loading_and_first_requests_of_many_linked_schemas_grow_with_the_contract(
    home: Callable[..., Path], make_mock: Callable[..., Mock]
) -> None:
    def work(of: int) -> int:
        folder = home(specs={"shop.json": served(by_properties(of, three_others))}, fixtures=NO_ROWS)

        def act() -> None:
            mock = make_mock(home=folder, anew=True)
            assert mock.post("/S0", json={"id": "a"}).status_code == 200
            assert mock.get("/S0/a").json() == {"id": "a", "size": 1}

        return calls(act)

    work(2)
    assert work(MANY) <= 8.8 * work(MANY // 8)


def test_many_linked_schemas_are_compiled_once_and_not_once_for_each(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What compiles brings all that it leads to: here that is each time all."""
    made: list[Any] = []
    compile = jsonschema_rs.Draft202012Validator

    def counted(schema: Any, **options: Any) -> Any:
        made.append(schema)
        return compile(schema, **options)

    contract = contract_of(tmp_path, by_properties(MANY, three_others))
    monkeypatch.setattr(jsonschema_rs, "Draft202012Validator", counted)
    for number in range(MANY):
        compiled = contract.component(f"S{number}")
        assert compiled is not None
        validator, normalizer = compiled
        value = {"id": "a", "list": [{"id": "b", "size": "c"}, {}]}
        assert normalizer.fill({"id": "a"}) == {"id": "a", "size": 1}
        assert validator.is_valid({"id": "a"})
        found = {one.pointer: one.message for one in validator.violations(value, "body", ("x",))}
        assert found == {
            "/x/list/0/size": "Expected integer, got string 'c'.",
            "/x/list/1/id": "'id' is required.",
        }
    assert len(made) == 1


def test_schemas_compiled_together_tell_of_alternatives_like_those_compiled_alone(tmp_path: Path) -> None:
    form = {"required": ["kind", "n"], "properties": {"kind": {"const": 1}, "n": {"type": "integer"}}}
    chosen = {"type": "object", "properties": {"of": {"anyOf": [form, {"type": "string"}]}}}
    few = {"S": chosen}
    many = {
        "S": {**chosen, "properties": {**chosen["properties"], "more": reference(0)}},
        **by_properties(100, three_others),
    }
    told = []
    for number, schemas in enumerate((few, many)):
        folder = tmp_path / str(number)
        folder.mkdir()
        compiled = contract_of(folder, schemas).component("S")
        assert compiled is not None
        found = compiled[0].violations({"of": {"kind": 1, "n": "x"}}, "body")
        told.append(
            [(one.pointer, one.rule, one.message, one.source and one.source.pointer) for one in found]
        )
    assert told[0] == told[1]
    assert told[0][0][:2] == ("/of/n", "type")


@pytest.mark.parametrize("schemas", [by_properties, *map(by_parts, PARTS)], ids=["properties", *PARTS])
def test_what_is_asked_about_schemas_grows_with_their_links(
    tmp_path: Path, schemas: Callable[[int, Links], dict[str, Any]]
) -> None:
    def work(of: int) -> int:
        contract = contract_of(tmp_path, schemas(of, three_others))
        return calls(lambda: ask_all(contract))

    # Each of those that are parts of each other has the properties of all: an answer of the square's size.
    assert work(24) <= (2.2 if schemas is by_properties else 5) * work(12)


def test_what_is_asked_about_a_list_of_lists_of_its_own_kind_ends(tmp_path: Path) -> None:
    nested = {"type": "array", "items": {"$ref": "#/components/schemas/Nested"}}
    half = {"properties": {"tree": {"$ref": "#/components/schemas/Nested"}}}
    ask_all(contract_of(tmp_path, {"Nested": nested, "S": {"allOf": [half, half]}}))


def requiring_each_other(count: int, keyword: str = "properties") -> dict[str, Any]:
    """Schemas that each require one of every other, or are one of the others."""

    def words(at: int) -> dict[str, Any]:
        others = {f"to_{other}": reference(other) for other in all_others(at, count)}
        if keyword == "properties":
            return {"type": "object", "required": list(others), "properties": others}
        return {keyword: list(others.values())}

    return {f"S{at}": words(at) for at in range(count)}


@pytest.mark.parametrize("keyword", ["properties", *PARTS])
def test_a_sample_of_schemas_that_require_each_other_is_made_in_time(tmp_path: Path, keyword: str) -> None:
    def work(of: int) -> int:
        contract = contract_of(tmp_path, requiring_each_other(of, keyword))
        schema = schema_node(contract, "S0")
        return calls(lambda: sample(schema, now=str, uuid=str))

    assert work(16) <= 4.6 * work(8)


def test_a_sample_goes_round_a_circle_until_there_is_room_for_null(tmp_path: Path) -> None:
    nothing_or = {"oneOf": [reference(0), {"type": "null"}]}
    schemas = {
        "S0": {"type": "object", "required": ["to_1"], "properties": {"to_1": reference(1)}},
        "S1": {"type": "object", "required": ["to_0"], "properties": {"to_0": nothing_or}},
    }
    contract = contract_of(tmp_path, schemas, version="3.1.0")
    for name in schemas:
        compiled = contract.component(name)
        assert compiled is not None
        assert compiled[0].is_valid(sample(schema_node(contract, name), now=str, uuid=str))


@pytest.mark.parametrize("keyword", PARTS)
def test_xml_of_schemas_in_a_circle_is_written_in_time(tmp_path: Path, keyword: str) -> None:
    def work(of: int) -> int:
        schema = schema_node(contract_of(tmp_path, requiring_each_other(of, keyword)), "S0")
        return calls(lambda: xml_body(schema, {"a": [1]}))

    assert work(24) <= 4.6 * work(12)


def test_an_error_whose_schemas_require_each_other_is_made_in_time(tmp_path: Path) -> None:
    content = {"application/json": {"schema": reference(0)}}
    paths = {"/a": {"get": {"responses": {"404": {"description": "", "content": content}}}}}
    facts = ErrorFacts(404, "missing", "There is none.", "2026-01-05T12:00:00.000Z")

    def work(of: int) -> int:
        contract = contract_of(tmp_path, requiring_each_other(of), paths=paths)
        return calls(lambda: error_body(contract.operations, facts))

    assert work(16) <= 4.6 * work(8)


def test_a_long_chain_of_schemas_needs_no_deep_stack(tmp_path: Path) -> None:
    count = 2000
    schemas = {
        f"S{at}": {"properties": {"next": reference(at + 1)} if at + 1 < count else {"end": {"default": 1}}}
        for at in range(count)
    }
    contract = contract_of(tmp_path, schemas)
    assert not has_hidden_parts(schema_node(contract, "S0"))
    assert not holds_passwords(schema_node(contract, "S0"))
    compiled = contract.component("S0")
    assert compiled is not None


def test_a_schema_stands_before_its_parts_and_each_once(tmp_path: Path) -> None:
    def listing(*numbers: int) -> dict[str, Any]:
        return {"allOf": [reference(number) for number in numbers]}

    contract = contract_of(
        tmp_path, {"S0": listing(1, 2), "S1": listing(3, 0), "S2": listing(3), "S3": listing(1)}
    )
    found = [part.pointer[-1] for part in parts(schema_node(contract, "S0"), "allOf")]
    assert found == ["S0", "S1", "S3", "S2"]
    assert list(parts(None, "allOf")) == []


def test_of_one_property_in_several_parts_the_first_counts(tmp_path: Path) -> None:
    schemas = {
        "Base": {"properties": {"id": {"title": "base"}, "at": {}}},
        "A": {"allOf": [{"$ref": "#/components/schemas/Base"}], "properties": {"a": {}}},
        "B": {"allOf": [{"$ref": "#/components/schemas/Base"}], "properties": {"id": {"title": "b"}}},
        "S": {
            "allOf": [{"$ref": "#/components/schemas/A"}, {"$ref": "#/components/schemas/B"}],
            "properties": {"own": {}},
        },
    }
    found = properties(schema_node(contract_of(tmp_path, schemas)))
    assert list(found) == ["id", "at", "a", "own"]
    assert found["id"].value == {"title": "base"}


def test_a_walk_ends_where_it_would_go_in_a_circle() -> None:
    links = {1: [2, 3], 2: [1, 4], 3: [4], 4: [2]}
    assert list(walk([1], links.__getitem__, int)) == [1, 2, 4, 3]
    assert list(walk([4, 3], links.__getitem__, int)) == [4, 2, 1, 3]


@pytest.mark.parametrize("first", [1, 2, 3, 4, 5])
def test_whether_something_leads_to_another_is_known_for_all_on_the_way(first: int) -> None:
    links = {1: [2], 2: [3, 1], 3: [2, 4], 4: [], 5: [4]}
    for goal, leading in {3: {1, 2, 3}, 4: {1, 2, 3, 4, 5}, 1: {1, 2, 3}, 5: {5}}.items():
        asked: list[int] = []

        def holds(one: int, goal: int = goal, asked: list[int] = asked) -> bool:
            asked.append(one)
            return one == goal

        known: dict[Any, bool] = {}
        order = [first, *links]
        assert {one for one in order if leads_to(one, links.__getitem__, int, holds, known)} == leading
        assert sorted(asked) == [1, 2, 3, 4, 5]


def test_a_chain_of_references_is_followed_once_from_each_of_its_links(tmp_path: Path) -> None:
    def work(of: int) -> int:
        chain = {f"S{at}": reference(at + 1) for at in range(of)}
        contract: list[Contract] = []
        made = calls(lambda: contract.append(contract_of(tmp_path, {**chain, f"S{of}": {"type": "string"}})))
        followed = calls(lambda: [contract[0].document.component("schemas", f"S{at}") for at in range(of)])
        assert schema_node(contract[0], "S0").value == {"type": "string"}
        return made + followed

    assert work(600) <= 2.2 * work(300)
