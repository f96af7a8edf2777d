"""The corpus on a contract of pets in houses, before mocks that keep their word and mocks that lie."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from benchmarks.corpus import tally
from benchmarks.corpus.changes import change
from benchmarks.corpus.contracts import Contract, Node
from benchmarks.corpus.documented import lists_nothing
from benchmarks.corpus.encoding import Request
from benchmarks.corpus.lifecycle_tally import lifecycles
from benchmarks.corpus.lifecycles import lifecycle
from benchmarks.corpus.marks import marks
from benchmarks.corpus.pages import listed
from benchmarks.corpus.paths import collections, form, places
from benchmarks.corpus.requests import Body, Requests, in_order, key_member
from benchmarks.corpus.schemas import Schemas
from benchmarks.corpus.steps import CHANGED, CREATED, DELETED, LISTED, READ
from benchmarks.corpus.things import keys, rows, thing
from benchmarks.corpus.trial import Answer, Trial
from benchmarks.corpus.verdicts import ANSWERED, FAULT, REFUSED, UNKNOWN

Answers = Callable[[Request], tuple[int, Any]]

PET = {
    "type": "object",
    "required": ["petId", "name"],
    "properties": {
        "petId": {"type": "string", "readOnly": True},
        "name": {"type": "string"},
        "version": {"type": "integer"},
    },
}
HOUSE = {"type": "object", "properties": {"id": {"type": "integer"}}}


def success(status: int, schema: Any = None) -> dict[str, Any]:
    content = {"content": {"application/json": {"schema": schema}}} if schema is not None else {}
    return {"responses": {str(status): {"description": "", **content}, "404": {"description": ""}}}


def body(schema: Any) -> dict[str, Any]:
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


def in_path(name: str, kind: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": {"type": kind}}


PAGE = {"name": "page", "in": "query", "schema": {"type": "integer"}}
PETS = {
    "type": "object",
    "properties": {"pets": {"type": "array", "items": PET}, "total": {"type": "integer"}},
}
PATHS = {
    "/houses": {"get": success(200, {"type": "array", "items": HOUSE})},
    "/houses/{houseId}/pets": {
        "parameters": [in_path("houseId", "integer")],
        "get": {"parameters": [PAGE], **success(200, PETS)},
        "post": {**body(PET), **success(201, PET)},
    },
    "/houses/{houseId}/pets/{petId}": {
        "parameters": [in_path("houseId", "integer"), in_path("petId", "string")],
        "get": success(200, PET),
        "put": {**body(PET), **success(200, PET)},
        "patch": {**body({**PET, "required": []}), **success(200, PET)},
        "delete": success(204),
    },
    "/houses/{houseId}/pets/{petId}/walks": {
        "parameters": [in_path("houseId", "integer"), in_path("petId", "string")],
        "post": success(204),
    },
    "/pets/{id}": {"parameters": [in_path("id", "string")], "get": success(200, PET)},
    "/owners/{ownerId}": {"parameters": [in_path("ownerId", "string")], "get": success(200, HOUSE)},
    "/vets/{vet}": {
        "parameters": [{**in_path("vet", "string"), "example": "ada"}],
        "get": success(200, HOUSE),
    },
}


class Shelter:
    """Two houses and their pets, two to a page. It keeps its word, but where `lie` is one of its lies."""

    def __init__(self, lie: str = "") -> None:
        self.lie = lie
        self.sent: list[Request] = []
        self.pets: dict[tuple[str, str], dict[str, Any]] = {}
        for name in ("ann", "bob", "cid"):
            self.pets["7", name] = {"petId": name, "name": f"{name.capitalize()} the pet"}

    def send(self, request: Request) -> tuple[Answer, None]:
        self.sent.append(request)
        status, value = self._answer(request)
        content = b"" if value is None else json.dumps(value).encode()
        return Answer(status, {"content-type": "application/json"} if content else {}, content), None

    def _answer(self, request: Request) -> tuple[int, Any]:
        url = urlsplit(request.target)
        kind, *way = url.path.strip("/").split("/")
        if kind == "pets":
            return self._item("7", way[0], request)
        if kind != "houses":
            return (200, {"id": 1}) if way == ["ada"] else (404, None)
        if not way:
            return 200, [{"id": 7}, {"id": 8}]
        house = way[0]
        if len(way) == 2 and request.method == "POST":
            return self._create(house, json.loads(request.body))
        if len(way) == 2:
            return self._list(house, int(parse_qs(url.query).get("page", ["1"])[0]))
        return (404, None) if len(way) > 3 and self.lie == "walks" else self._item(house, way[2], request)

    def _create(self, house: str, fields: dict[str, Any]) -> tuple[int, Any]:
        made = {**fields, "petId": f"new-{house}"}
        if self.lie == "breaks":
            return 201, {**made, "petId": 5}
        if self.lie not in ("creates nothing", "answers anything"):
            self.pets[house, made["petId"]] = made
        return 201, made

    def _list(self, house: str, page: int) -> tuple[int, Any]:
        own = [pet for (where, _), pet in self.pets.items() if where == house]
        if self.lie == "lists no news":
            own = [pet for pet in own if not pet["petId"].startswith("new")]
        return 200, {"pets": own[2 * page - 2 : 2 * page], "total": len(own)}

    def _item(self, house: str, key: str, request: Request) -> tuple[int, Any]:
        pet = self.pets.get((house, key))
        if self.lie == "answers anything" and request.method == "GET":
            return 200, {"petId": key, "name": "anyone"}
        if pet is None or (self.lie == "reads nothing" and request.method == "GET"):
            return 404, None
        if request.method == "DELETE":
            if self.lie != "keeps":
                del self.pets[house, key]
            return 204, None
        if request.method == "POST":
            return 204, None
        if request.method in ("PUT", "PATCH"):
            changed = {**pet, **json.loads(request.body), "petId": key}
            if self.lie == "falls over" and request.method == "PUT":
                return 500, None
            if self.lie == "forgets":
                return 200, changed
            self.pets[house, key] = changed
        return 200, self.pets[house, key]


class Heard:
    """The events of a trial."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []

    def __call__(self, event: str, **facts: Any) -> None:
        self.events.append({"event": event, **facts})

    def of(self, event: str) -> list[dict[str, Any]]:
        return [one for one in self.events if one["event"] == event]


@pytest.fixture
def contract(tmp_path: Path) -> Contract:
    return contract_of(PATHS, tmp_path)


def contract_of(paths: dict[str, Any], folder: Path) -> Contract:
    path = folder / "pets.json"
    document = {"openapi": "3.0.3", "info": {"title": "T", "version": "1"}, "paths": paths}
    path.write_text(json.dumps(document), encoding="utf-8")
    return Contract(path)


def trial_of(contract: Contract, mock: Any, heard: Heard | None = None) -> Trial:
    schemas = Schemas(contract)
    return Trial(contract, schemas, Requests(contract, schemas), mock, heard or Heard())


def life(contract: Contract, mock: Shelter, heard: Heard | None = None) -> dict[str, Any]:
    (collection,) = collections(contract.operations)
    return lifecycle(trial_of(contract, mock, heard), collection)


def verdicts(contract: Contract, mock: Shelter) -> dict[str, str]:
    heard = Heard()
    trial = trial_of(contract, mock, heard)
    for operation in in_order(contract.operations):
        trial.ask(operation)
    answers = heard.of("answer")
    assert len(answers) == len(contract.operations)
    return {one["operation"]: one["verdict"] for one in answers}


def test_a_mock_that_keeps_its_word_passes_each_step(contract: Contract) -> None:
    steps = life(contract, Shelter())["steps"]
    assert [one["step"] for one in steps] == [CREATED, READ, LISTED, CHANGED, CHANGED, DELETED]
    assert [one["why"] for one in steps] == [""] * 6


@pytest.mark.parametrize(
    ("lie", "step", "why"),
    [
        ("creates nothing", CREATED, "there is nothing: item GET 404; the list lacks it"),
        ("answers anything", CREATED, "there is nothing: item GET answers any id; the list lacks it"),
        ("breaks", CREATED, "POST type: N is not of type …"),
        ("reads nothing", READ, "item GET 404"),
        ("lists no news", LISTED, "the list lacks it"),
        ("forgets", CHANGED, "PATCH 200, but the change does not show"),
        ("falls over", CHANGED, "PUT 500"),
        ("keeps", DELETED, "DELETE 204, then item GET 200"),
    ],
)
def test_a_mock_that_lies_fails_the_step_that_it_lies_about(
    lie: str, step: str, why: str, contract: Contract
) -> None:
    found = next(one for one in life(contract, Shelter(lie))["steps"] if not one["ok"])
    assert found["step"] == step
    assert why in found["why"]


@pytest.mark.parametrize(("lie", "why"), [("", ""), ("answers anything", "item GET answers any id")])
def test_an_item_that_does_not_show_its_key_need_not_show_another(lie: str, why: str, tmp_path: Path) -> None:
    class Nameless(Shelter):
        def _item(self, house: str, key: str, request: Request) -> tuple[int, Any]:
            status, value = super()._item(house, key, request)
            return status, value and {"name": value["name"]}

    path = "/houses/{houseId}/pets/{petId}"
    shown = {"type": "object", "properties": {"name": {"type": "string"}}}
    paths = {**PATHS, path: {**PATHS[path], "get": success(200, shown)}}
    steps = life(contract_of(paths, tmp_path), Nameless(lie))["steps"]
    assert [one["why"] for one in steps if one["step"] in (CREATED, READ) and one["why"]] == (
        [f"POST 201, but there is nothing: {why}; the list lacks it"] if why else []
    )


def test_a_thing_is_created_under_a_name_that_its_list_does_not_show() -> None:
    value = {"name": "rex", "size": 3}
    body = Body("application/json", value, Node({}, (), {}))
    assert key_member(body, "/pets/{petId}") == ""
    assert key_member(body, "/pets/{petId}", [{"name": "rex"}]) == "name"


def test_a_row_that_only_the_list_keeps_after_a_delete_is_not_gone(contract: Contract) -> None:
    class Hoarder(Shelter):
        def _list(self, house: str, page: int) -> tuple[int, Any]:
            removed = any(one.method == "DELETE" for one in self.sent)
            ghost = [{"petId": f"new-{house}", "name": "ghost"}] if removed else []
            status, value = super()._list(house, page)
            return status, {"pets": [*ghost, *value["pets"]], "total": value["total"]}

    last = life(contract, Hoarder())["steps"][-1]
    assert (last["step"], last["why"]) == (DELETED, "DELETE 204, but the list still has it")


def test_each_operation_is_asked_about_a_thing_that_is_there(contract: Contract) -> None:
    mock = Shelter()
    found = verdicts(contract, mock)
    assert {name for name, verdict in found.items() if verdict != ANSWERED} == {"GET /owners/{ownerId}"}
    assert found["GET /owners/{ownerId}"] == UNKNOWN
    assert mock.sent[-1].method == "DELETE"


def test_what_answers_with_a_404_about_a_known_thing_is_refused(contract: Contract) -> None:
    found = verdicts(contract, Shelter("walks"))
    assert found["POST /houses/{houseId}/pets/{petId}/walks"] == REFUSED


def test_a_child_is_found_below_its_parent_or_created_there(contract: Contract) -> None:
    mock = Shelter()
    mock.pets = {("8", "dot"): {"petId": "dot", "name": "dot"}}
    trial = trial_of(contract, mock)
    (operation,) = [one for one in contract.operations if one.name.endswith("walks")]
    assert trial.finder.of(operation).texts == ("7", "new-7")
    trial = trial_of(contract, Shelter("creates nothing"))
    assert trial.finder.of(operation).texts == ("7", "ann")


def test_what_was_removed_is_not_asked_about_again(contract: Contract) -> None:
    mock = Shelter()
    trial = trial_of(contract, mock)
    delete = next(one for one in contract.operations if one.method == "DELETE")
    for name in ("ann", "bob", "new-7"):
        ids = trial.finder.of(delete)
        assert ids.texts == ("7", name)
        trial.send(delete, ids, trial.requests.make(delete, ids.values))
        mock.pets.pop(("7", "cid"), None)


def test_a_fault_of_a_lifecycle_is_told(contract: Contract) -> None:
    heard = Heard()
    life(contract, Shelter("falls over"), heard)
    assert [one["verdict"] for one in heard.of("fault")] == [FAULT]


def test_a_list_is_followed_to_its_end_and_no_further(contract: Contract) -> None:
    listing = next(one for one in contract.operations if one.name == "GET /houses/{houseId}/pets")
    mock = Shelter()
    trial = trial_of(contract, mock)
    found = listed(trial, listing, trial.finder.of(listing), {})
    assert [row["petId"] for row in found.rows] == ["ann", "bob", "cid"]
    assert len(mock.sent) == 3  # the houses, and two pages


@pytest.mark.parametrize(
    ("path", "of_form", "bases"),
    [
        ("/pets/{petId}/", "/pets/{}", ["/pets"]),
        ("/a/{x}.json", "/a/{}", ["/a"]),
        ("/a.json", "/a", []),
        ("/a/{x}:cancel", "/a/{}:cancel", ["/a"]),
        ("/a/{x}...{y}/b/{z}", "/a/{}...{}/b/{}", ["", "", "/a/{}...{}/b"]),
        ("/repos/{owner}/{repo}", "/repos/{}/{}", ["/repos", "/repos/{}"]),
    ],
)
def test_paths_are_read_by_their_form(path: str, of_form: str, bases: list[str]) -> None:
    assert form(path) == of_form
    assert [place.base for place in places(path)] == bases


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        ([{"id": 1}], [{"id": 1}]),
        ({"data": [], "tags": [{"id": 1}]}, []),
        ({"meta": {"n": 1}, "result": {"pets": [{"id": 1}]}}, [{"id": 1}]),
        (["rex"], [{"": "rex"}]),
        ({"items": [{"pet": {"id": 1}}]}, [{"id": 1}]),
        ({"id": 1, "friends": [{"id": 2}]}, None),
        ({"name": "x"}, None),
    ],
)
def test_rows_are_found_in_whatever_they_are_wrapped(answer: Any, found: Any) -> None:
    assert rows(answer, "pets") == found


@pytest.mark.parametrize(
    ("answer", "parameter", "key"),
    [
        ({"id": 1, "pet_id": 2}, "petId", 2),
        ({"code": 200, "data": {"gid": "x"}}, "pet_gid", "x"),
        ({"petId": 3, "name": "x"}, "id", 3),
        ({"pet": {"number": 4, "name": "x"}}, "pet_number", 4),
        ({"name": "x"}, "slug", "x"),
        ({"data": {"agent": {"id": "a"}, "pet": {"id": "p"}}}, "petId", "p"),
        ({"id": 5, "login": "ann"}, "username", "ann"),
        ({"id": 5, "login": "ann"}, "user_id", 5),
        ({"receipt_rule_id": 6, "rule_name": "x"}, "rule_id", 6),
        ({"owner": {"name": "ann"}, "metadata": {"name": "rex"}}, "name", "rex"),
        ({"data": {"name": "rex"}, "metadata": {"name": "page"}}, "name", "rex"),
    ],
)
def test_a_key_is_found_by_the_parameters_name(answer: Any, parameter: str, key: Any) -> None:
    assert next(keys(thing(answer, parameter, "pets"), parameter, "pets"))[1] == key


@pytest.mark.parametrize("noun", ["expenses", "monthlyExpenses"])
def test_a_key_is_found_by_the_noun(noun: str) -> None:
    assert next(keys({"name": "x", "expenseId": 5}, "id", noun)) == ("expenseId", 5)


def test_what_lies_below_a_parent_that_nobody_told_of_is_left_out_where_it_is_not_there(
    tmp_path: Path,
) -> None:
    class Homeless(Shelter):
        def _answer(self, request: Request) -> tuple[int, Any]:
            assert urlsplit(request.target).path.endswith("/pets")
            return 404, None

    paths = {path: methods for path, methods in PATHS.items() if path != "/houses"}
    found = life(contract_of(paths, tmp_path), Homeless())
    assert (found["left_out"], found["steps"]) == (
        "no id of a parent is known, and below a made one is nothing",
        [],
    )


def test_steps_count_once_a_collection_and_failures_by_reason(contract: Contract) -> None:
    result = {"name": "pets", "lifecycles": [life(contract, Shelter("falls over"))]}
    sums = lifecycles([result, {"name": "other", "lifecycles": [life(contract, Shelter())]}])
    assert sums["steps"][CHANGED] == {"of": 2, "good": 1}
    assert sums["steps"][DELETED] == {"of": 2, "good": 2}
    (reason,) = sums["reasons"][CHANGED]
    assert (reason["reason"], reason["operations"]) == ("PUT 500", 1)
    assert reason["examples"] == ["pets: PUT /houses/{houseId}/pets/{petId}"]
    assert [(one["name"], one["failed"]) for one in sums["worst"]] == [("pets", 1)]


def test_the_marks_leave_out_what_has_no_known_id_and_say_how_much(contract: Contract) -> None:
    heard = Heard()
    trial = trial_of(contract, Shelter(), heard)
    for operation in in_order(contract.operations):
        trial.ask(operation)
    result = {
        "name": "pets", "operations": len(contract.operations), "without_item": 1, "failed": "", "bytes": 1,
        "start": {"started": True, "cpu": 1, "whole_cpu": 1, "memory": 1, "findings": []}, "memory": 1,
        "answers": heard.of("answer"), "lifecycles": [life(contract, Shelter())], "faults": [], "sent": 20,
    }  # fmt: skip
    text = marks(tally.summed([result], {}), None)
    assert "but 1 for which no id is known" in text
    assert "100.0 % of 10" in text
    assert "0.00 % of 20" in text


@pytest.mark.parametrize(
    ("response", "nothing"),
    [
        (success(200, {"type": "array", "items": PET}), False),
        (success(200, PETS), False),
        (success(200, {}), False),
        (success(200, PET), True),
        (success(200, {"properties": {"id": {}, "friends": {"type": "array"}}}), True),
        (success(200, {"properties": {"Id": {}, "Friends": {"type": "array"}}}), True),
        (success(200), True),
        ({"responses": {"default": {"description": ""}}}, True),
        ({"responses": {"404": {"description": ""}}}, False),
    ],
)
def test_a_get_that_lists_nothing_by_its_contract_is_no_list(
    response: Any, nothing: bool, tmp_path: Path
) -> None:
    (operation,) = contract_of({"/pets": {"get": response}}, tmp_path).operations
    assert lists_nothing(operation) is nothing


TAGGED = {"type": "object", "properties": {"petNumber": {}, "tags": {"type": "array"}}}


@pytest.mark.parametrize(
    ("answered", "item", "nothing"),
    [
        (TAGGED, TAGGED, True),
        (TAGGED, PET, True),
        ({"properties": {"data": TAGGED}}, {"properties": {"data": TAGGED}}, True),
        ({"properties": {"tags": {"type": "array"}}}, PET, False),
        (PETS, PETS, False),
        ({"type": "array", "items": PET}, {"type": "array", "items": PET}, False),
    ],
)
def test_a_get_that_answers_with_the_schema_of_one_item_is_no_list(
    answered: Any, item: Any, nothing: bool, tmp_path: Path
) -> None:
    paths = {"/pets": {"get": success(200, answered)}, "/pets/{petNumber}": {"get": success(200, item)}}
    assert lists_nothing(*contract_of(paths, tmp_path).operations) is nothing


@pytest.mark.parametrize(("lie", "why"), [("", ""), ("lists no news", "the list lacks it")])
def test_a_list_may_be_asked_for_what_only_the_item_tells(lie: str, why: str, tmp_path: Path) -> None:
    class OfOneOwner(Shelter):
        def _create(self, house: str, fields: dict[str, Any]) -> tuple[int, Any]:
            status, made = super()._create(house, {**fields, "owner": "ann"})
            return status, {"petId": made["petId"]}

        def _answer(self, request: Request) -> tuple[int, Any]:
            self.asked = parse_qs(urlsplit(request.target).query).get("owner")
            return super()._answer(request)

        def _list(self, house: str, page: int) -> tuple[int, Any]:
            own = [pet for (where, _), pet in self.pets.items() if where == house and page == 1]
            own = [pet for pet in own if [pet.get("owner")] == self.asked and not self.lie]
            return 200, {"pets": own, "total": len(own)}

    pet = {**PET, "properties": {**PET["properties"], "owner": {"type": "string"}}}
    path = "/houses/{houseId}/pets"
    asked = {"name": "owner", "in": "query", "required": True, "schema": {"type": "string"}}
    paths: dict[str, Any] = {**PATHS, path: {**PATHS[path]}}
    paths[path]["get"] = {"parameters": [asked, PAGE], **success(200, PETS)}
    paths[path]["post"] = {**body(PET), **success(201, {"type": "object", "properties": {"petId": {}}})}
    item = f"{path}/{{petId}}"
    paths[item] = {**PATHS[item], "get": success(200, pet)}
    steps = {one["step"]: one["why"] for one in life(contract_of(paths, tmp_path), OfOneOwner(lie))["steps"]}
    assert steps["in the list"] == why


NAMED = {"type": "object", "properties": {"id": {"readOnly": True}, "name": {"type": "string"}}}
STEPS = {"type": "array", "items": {"type": "object", "properties": {"op": {}, "path": {}, "value": {}}}}
RESOURCE = {"type": "object", "properties": {"type": {"enum": ["pet"]}, "attributes": NAMED}}


@pytest.mark.parametrize(
    ("kind", "schema", "value", "changed"),
    [
        ("application/json", NAMED, {}, {"name": "changed"}),
        ("application/json", {"properties": {"pet": NAMED}}, {"pet": {}}, {"pet": {"name": "changed"}}),
        (
            "application/vnd.api+json",
            {"properties": {"data": RESOURCE}},
            {"data": {"type": "pet", "attributes": {}}},
            {"data": {"type": "pet", "attributes": {"name": "changed"}}},
        ),
        (
            "application/json-patch+json",
            STEPS,
            [],
            [{"op": "replace", "path": "/name", "value": "changed"}],
        ),
        ("application/json", {"properties": {"age": {}}}, {"age": 1}, {"age": 1}),  # nothing that shows
        ("text/xml", NAMED, {}, {}),  # which the corpus does not write
    ],
)
def test_a_change_is_made_where_it_shows(
    kind: str, schema: Any, value: Any, changed: Any, tmp_path: Path
) -> None:
    operation = {"requestBody": {"content": {kind: {"schema": schema}}}}
    path = tmp_path / "a.json"
    path.write_text(
        json.dumps({"openapi": "3.0.3", "paths": {"/pets": {"put": operation}}}), encoding="utf-8"
    )
    contract = Contract(path)
    node = contract.operations[0].body.get("content", kind, "schema")
    values = Requests(contract, Schemas(contract)).values
    shown = {"id": "x", "name": "rex"}
    made = change(Body(kind, value, node), shown, None, values, lambda name, value: bool(name and value))
    assert made.body.value == changed
    assert bool(made.name) == (changed != value)


def test_a_collection_of_which_no_answer_can_tell_a_key_is_left_out(tmp_path: Path) -> None:
    class Nameless(Shelter):
        def _create(self, house: str, fields: dict[str, Any]) -> tuple[int, Any]:
            super()._create(house, fields)
            return 201, {"size": 3}

        def _list(self, house: str, page: int) -> tuple[int, Any]:
            status, value = super()._list(house, page)
            return status, {"pets": [{"size": 3} for _ in value["pets"]], "total": value["total"]}

    told: dict[str, Any] = {"type": "object", "properties": {"size": {"type": "integer"}, "name": {}}}
    told["properties"]["name"] = {"type": "string"}
    sent = {"type": "object", "properties": {"name": {"type": "string"}}}
    path = "/houses/{houseId}/pets"
    pets = {"type": "object", "properties": {"pets": {"type": "array", "items": told}}}
    paths: dict[str, Any] = {**PATHS, path: {**PATHS[path], "get": success(200, pets)}}
    paths[path]["post"] = {**body(sent), **success(201, told)}
    item = f"{path}/{{petId}}"
    paths[item] = {**PATHS[item], "parameters": [in_path(name, "integer") for name in ("houseId", "petId")]}
    found = life(contract_of(paths, tmp_path), Nameless())
    assert found["left_out"] == "by the contract nothing that POST or list answers may be a key"


@pytest.mark.parametrize(
    ("parameter", "row", "value", "leaves_out"),
    [
        ({"name": "count", "schema": {"type": "integer", "maximum": 50}}, {}, "20", False),
        ({"name": "owner_id", "schema": {"type": "string"}}, {"owner": {"id": "o1"}}, "o1", False),
        ({"name": "status", "schema": {"type": "string", "enum": ["new"]}}, {"status": "old"}, "new", True),
        ({"name": "status", "schema": {"type": "string", "enum": ["new"]}}, {"id": "p1"}, "new", True),
        ({"name": "owner_id", "schema": {"type": "string"}}, {"owner": {}}, "string", True),
        ({"name": "filter[status]", "schema": {"type": "string"}}, {"id": "p1"}, "string", True),
        ({"name": "q", "schema": {"type": "string"}}, {"id": "p1"}, "string", True),
    ],
)
def test_a_list_is_asked_for_what_may_show_the_thing(
    parameter: Any, row: Any, value: str, leaves_out: bool, tmp_path: Path
) -> None:
    asked = {**parameter, "in": "query", "required": True}
    paths = {"/pets": {"get": {"parameters": [asked], **success(200, {"type": "array", "items": PET})}}}
    contract = contract_of(paths, tmp_path)
    requests = Requests(contract, Schemas(contract))
    (listing,) = contract.operations
    assert unquote(requests.make(listing, (), row=row).target) == f"/pets?{parameter['name']}={value}"
    owned = {"type": "object", "properties": {"id": {"type": "string"}}}
    has = {"allOf": [PET, {"properties": {"owner": owned, "status": {"type": "string"}}}]}
    assert requests.leaves_out(listing, row, Node(has, (), has)) is leaves_out


def test_the_contracts_own_id_says_nothing_below_a_parent_that_only_a_list_told(tmp_path: Path) -> None:
    path, item = "/houses/{houseId}/pets", "/houses/{houseId}/pets/{petId}"
    own = {**in_path("petId", "string"), "example": "zoe"}
    only = {path: {**PATHS[path]}, item: {**PATHS[item], "parameters": [in_path("houseId", "integer"), own]}}
    del only[path]["post"]
    paths = {"/houses": PATHS["/houses"], **only}

    class Empty(Shelter):
        def _list(self, house: str, page: int) -> tuple[int, Any]:
            assert (house, page) == ("7", 1) or house == "8"
            return 200, {"pets": [], "total": 0}

    found = verdicts(contract_of(paths, tmp_path), Empty())
    assert found[f"GET {item}"] == UNKNOWN
    only[item]["parameters"][0] = {**in_path("houseId", "integer"), "example": 7}
    assert verdicts(contract_of(paths, tmp_path), Empty())[f"GET {item}"] == REFUSED
