"""What a contract answers by itself: an example, else a generated body that says of itself that it is one."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree

import pytest
import yaml

from mockade.catalogue.contract_answers import ContractAnswerer
from tests.contracts import answers, body, contract
from tests.harness import Mock

Serve = Callable[..., Mock]

PET = {
    "type": "object",
    "required": ["id", "name"],
    "properties": {
        "id": {"type": "integer", "readOnly": True},
        "name": {"type": "string"},
        "email": {"type": "string", "format": "email"},
        "tags": {"type": "array", "items": {"type": "string"}},
        "created_at": {"type": "string", "format": "date-time"},
        "updated_at": {"type": "string", "format": "date-time"},
        "secret": {"type": "string", "writeOnly": True},
    },
}
PET_REF = {"$ref": "#/components/schemas/Pet"}


def operation(method: str, path: str, spec: dict[str, Any], **types: str) -> str:
    return contract({path: {method: spec}}, {"Pet": PET}, types=types)


def one(path: str = "/pet", schema: Any = PET_REF, status: int = 200) -> str:
    return operation("get", path, answers(status, schema), petId="integer")


def media(media_type: str, schema: Any = None, **more: Any) -> str:
    content = {**({"schema": schema} if schema is not None else {}), **more}
    return operation(
        "get", "/file", {"responses": {200: {"description": "", "content": {media_type: content}}}}
    )


def assert_generated(mock: Mock, answer: Any) -> None:
    assert answer.headers["x-mockade-answer"] == "generated"
    assert mock.last.answered_by == "generated"
    assert not mock.last.changes


def test_without_an_example_an_answer_is_generated_and_says_so(serve: Serve) -> None:
    mock = serve(one())
    before = mock.state
    answer = mock.get("/pet")
    assert answer.status_code == 200
    assert answer.json().keys() == PET["properties"].keys() - {"secret"}
    assert answer.json()["created_at"] <= answer.json()["updated_at"] < "2026-01-05"
    assert_generated(mock, answer)
    assert mock.state is before
    (entry,) = mock.get("/_mockade/v1/journal").json()["exchanges"]
    assert entry["answered_by"] == "generated"
    (api,) = mock.get("/_mockade/v1/apis").json()["apis"]
    assert [row["answered_by"] for row in api["operations"]] == ["generated"]


def test_an_answer_whose_parts_all_have_examples_is_assembled_of_them(serve: Serve) -> None:
    schema = {
        "type": "object",
        "required": ["id"],
        "properties": {
            "id": {"type": "integer", "example": 7},
            "owner": {"allOf": [{"$ref": "#/components/schemas/Owner"}]},
            "kind": {"type": "string", "enum": ["dog"]},
            "tags": {"type": "array", "items": {"type": "string", "example": "good"}},
        },
    }
    owner = {"type": "object", "properties": {"name": {"type": "string", "example": "Ada"}}}
    mock = serve(contract({"/pet": {"get": answers(200, schema)}}, {"Owner": owner}))
    answer = mock.get("/pet")
    assert answer.json() == {"id": 7, "owner": {"name": "Ada"}, "kind": "dog", "tags": ["good"]}
    assert mock.last.answered_by == "example"
    assert "x-mockade-answer" not in answer.headers


@pytest.mark.parametrize(
    "unfit", [{"type": "integer", "example": 7, "minimum": 8}, {"type": "integer"}], ids=["unfit", "missing"]
)
def test_what_cannot_be_assembled_is_generated(serve: Serve, unfit: Any) -> None:
    schema = {"type": "object", "properties": {"name": {"type": "string", "example": "Rex"}, "age": unfit}}
    mock = serve(one(schema=schema))
    answer = mock.get("/pet")
    assert answer.json()["name"] == "Rex"
    assert_generated(mock, answer)


def test_an_example_that_fits_goes_before_what_is_generated(serve: Serve) -> None:
    mock = serve(
        media(
            "application/json",
            PET_REF,
            examples={"a": {"value": {"id": 1}}, "b": {"value": {"id": 2, "name": "B"}}},
        )
    )
    assert mock.get("/file").json() == {"id": 2, "name": "B"}
    assert mock.last.answered_by == "example"


def test_a_path_parameter_is_said_back_by_the_property_of_its_name_or_of_its_last_word(serve: Serve) -> None:
    owner = {"type": "object", "properties": {"id": {"type": "string"}, "petId": {"type": "integer"}}}
    paths = {
        "/pets/{petId}/info": {"get": answers(200, PET_REF)},
        "/pets/{petId}/owner": {"get": answers(200, owner)},
    }
    mock = serve(contract(paths, {"Pet": PET}, types={"petId": "integer"}))
    assert mock.get("/pets/77/owner").json()["petId"] == 77
    assert mock.get("/pets/78/owner").json()["petId"] == 78
    item = serve(one("/v/{kind}/{petId}"))
    for number in (5, 6):
        answer = item.get(f"/v/dog/{number}")
        assert answer.json()["id"] == number


def test_what_was_sent_is_said_back_where_it_has_the_name_and_type_of_a_property(serve: Serve) -> None:
    sent = {
        "type": "object",
        "properties": {"name": {"type": "string"}, "email": {"type": "integer"}, "secret": {}},
    }
    spec = {"requestBody": body(sent), **answers(201, PET_REF)}
    mock = serve(operation("post", "/register", spec))
    answer = mock.post("/register", json={"name": "Rex", "email": 4, "secret": "s"})
    assert answer.status_code == 201
    assert answer.json()["name"] == "Rex"
    assert "@" in answer.json()["email"]
    assert "secret" not in answer.json()
    assert_generated(mock, answer)
    assert (
        mock.post("/register", json={"name": "Rex" * 40_000}).status_code == 201
    )  # too long to be said back


def test_a_query_parameter_of_a_propertys_name_and_another_type_is_no_fault(serve: Serve) -> None:
    schema = {
        "type": "object",
        "properties": {"moves": {"type": "array", "items": {"type": "string"}}, "limit": {"type": "integer"}},
    }
    parameters = [
        {"name": name, "in": "query", "schema": {"type": "integer", "default": 12}}
        for name in ("moves", "limit")
    ]
    mock = serve(operation("get", "/games", {"parameters": parameters, **answers(200, schema)}))
    answer = mock.get("/games?moves=3")
    assert isinstance(answer.json()["moves"], list)
    assert answer.json()["limit"] == 12


def test_a_world_answers_the_same_for_a_path_and_another_seed_answers_otherwise(serve: Serve) -> None:
    spec = one("/v/{kind}/{petId}")
    mock = serve(spec)
    first = mock.get("/v/dog/1").content
    mock.advance(3600)
    assert mock.get("/v/dog/1").content == first
    assert mock.get("/v/dog/2").json()["name"] != json.loads(first)["name"]
    assert serve(spec).get("/v/dog/1").content == first
    assert serve(spec, seed=1).get("/v/dog/1").content != first


def test_a_world_whose_clock_runs_answers_the_same_for_a_path(serve: Serve) -> None:
    mock = serve(one(), frozen=False)
    assert mock.get("/pet").content == mock.get("/pet").content


@pytest.mark.parametrize("status", [204, 205])
def test_a_success_that_has_no_body_has_none_whatever_is_documented(serve: Serve, status: int) -> None:
    mock = serve(one(status=status))
    answer = mock.get("/pet")
    assert (answer.status_code, answer.content) == (status, b"")


def test_a_success_without_content_has_no_body(serve: Serve) -> None:
    answer = serve(one(schema=None, status=202)).get("/pet")
    assert (answer.status_code, answer.content) == (202, b"")


def responses(**statuses: Any) -> str:
    documented = {status.strip("_"): {"description": "", **more} for status, more in statuses.items()}
    return operation("get", "/pet", {"responses": documented})


ERROR = body({"type": "object", "required": ["message"], "properties": {"message": {"type": "string"}}})


@pytest.mark.parametrize(
    ("documented", "status", "answer"),
    [
        ({"_302": {}}, 302, None),
        ({"default": {}, "_301": {}, "_404": ERROR}, 301, None),
        ({"_3XX": {}}, 302, None),
        ({"_304": {}, "_303": {}}, 303, None),
        ({"_304": {}}, 304, None),
        ({"_404": ERROR, "default": ERROR}, 200, ...),
        ({"_2XX": body({"type": "integer", "minimum": 4, "maximum": 4})}, 200, 4),
        ({"_410": ERROR, "_404": ERROR}, 410, {"message": "Gone"}),
        ({"_410": body({}) | {"content": {"application/json": {"example": {"m": 1}}}}}, 410, {"m": 1}),
        ({"_4XX": ERROR, "_500": ERROR}, 400, {"message": "Bad Request"}),
        ({"_503": ERROR}, 503, {"message": "Service Unavailable"}),
    ],
)
def test_an_operation_without_a_success_answers_what_it_documents(
    serve: Serve, documented: Any, status: int, answer: Any
) -> None:
    mock = serve(responses(**documented))
    got = mock.get("/pet")
    assert got.status_code == status
    assert ("location" in got.headers) is (status in (301, 302, 303))
    if answer is ...:
        assert got.json().keys() == {"message"}
    elif answer is None:
        assert got.content == b""
    else:
        assert got.json() == answer


def test_an_operation_that_documents_nothing_is_a_501(serve: Serve) -> None:
    for documented in ((), ("101", "1XX")):
        responses = {status: {"description": ""} for status in documented}
        answer = serve(operation("get", "/pet", {"responses": responses})).get("/pet")
        assert answer.status_code == 501
        told = f"document an answer with a status from 200 on ({', '.join(documented) or 'none'} is there)"
        assert told in answer.json()["detail"]


def test_a_file_of_any_type_is_no_json(serve: Serve) -> None:
    for media_type in ("*/*", "application/*"):
        answer = serve(media(media_type, {"type": "string", "format": "binary"})).get("/file")
        assert answer.headers["content-type"] == "application/octet-stream"
        assert answer.text[0] != '"'


FILES = [
    ("image/png", b"\x89PNG"),
    ("image/*", b"\x89PNG"),
    ("image/jpeg", b"\xff\xd8\xff"),
    ("image/gif", b"GIF8"),
    ("application/pdf", b"%PDF"),
    ("application/zip", b"PK"),
]


@pytest.mark.parametrize(("media_type", "start"), FILES)
def test_a_file_is_a_small_one_of_its_kind(serve: Serve, media_type: str, start: bytes) -> None:
    mock = serve(media(media_type, {"type": "string", "format": "binary"}, example="not a file"))
    answer = mock.get("/file")
    assert answer.content.startswith(start)
    assert answer.headers["content-type"] == media_type.replace("*", "png")
    assert_generated(mock, answer)


def test_a_null_without_a_schema_is_no_example(serve: Serve) -> None:
    null = {"examples": {"response": {"value": None}}}
    schema = {"type": "object", "required": ["a"], "properties": {"a": {"enum": [1]}}}
    for content, value in (
        ({"application/json": null}, {}),
        ({"application/json": null, "application/json; charset=utf-8": {"schema": schema}}, {"a": 1}),
        ({"application/json": {"schema": {"type": "string", "nullable": True}, "example": None}}, None),
    ):
        spec = operation("get", "/one", {"responses": {"200": {"description": "", "content": content}}})
        answer = serve(spec).get("/one")
        assert (answer.status_code, answer.json()) == (200, value), answer.text


def test_text_is_text(serve: Serve) -> None:
    of_ranges = {"text/*": "text/plain", "font/*": "font/woff2", "model/*": "model/octet-stream"}
    for media_type in ("text/plain", "text/html", "application/octet-stream", *of_ranges):
        mock = serve(media(media_type, {"type": "string"}))
        answer = mock.get("/file")
        assert answer.status_code == 200
        assert answer.text
        assert answer.headers["content-type"].partition(";")[0] == of_ranges.get(media_type, media_type)
        assert_generated(mock, answer)


def test_an_example_of_an_event_stream_is_sent_as_events(serve: Serve) -> None:
    answers_ = [
        serve(media("text/event-stream", {"type": "string"}, example=text)).get("/file").text
        for text in ("hello", "data: hello\n\n")
    ]
    assert answers_ == ["data: hello\n\n"] * 2


def test_objects_are_written_as_their_media_type_has_them(serve: Serve) -> None:
    item = {**PET, "xml": {"name": "pet"}}
    xml = serve(media("application/xml", item)).get("/file")
    assert ElementTree.fromstring(xml.content).find("name") is not None
    rows = list(
        csv.DictReader(
            io.StringIO(serve(media("text/csv", {"type": "array", "items": PET})).get("/file").text)
        )
    )
    assert rows[0]["name"]
    assert yaml.safe_load(serve(media("application/yaml", PET)).get("/file").text)["name"]


def test_an_example_of_xml_is_written_as_xml(serve: Serve) -> None:
    example = {"id": 1, "name": "Rex"}
    as_object = serve(media("application/xml", {**PET, "xml": {"name": "pet"}}, example=example)).get("/file")
    assert ElementTree.fromstring(as_object.content).findtext("name") == "Rex"
    as_text = serve(media("application/xml", PET, example="<pet/>"))
    assert as_text.get("/file").text == "<pet/>"
    assert as_text.last.answered_by == "example"


def test_json_goes_before_other_media_types(serve: Serve) -> None:
    content = {"text/html": {"schema": {"type": "string"}}, "application/json": {"schema": PET_REF}}
    mock = serve(operation("get", "/pet", {"responses": {200: {"description": "", "content": content}}}))
    assert mock.get("/pet").json().keys() >= {"id", "name"}


def test_a_head_is_answered_without_a_body(serve: Serve) -> None:
    answer = serve(operation("head", "/pet", answers(200, PET_REF))).request("HEAD", "/pet")
    assert (answer.status_code, answer.content) == (200, b"")


IMPOSSIBLE = {
    "type": "object",
    "required": ["x"],
    "properties": {"x": {"type": "string", "minLength": 5, "maxLength": 2}},
}


def test_what_cannot_be_made_is_a_501_that_names_the_schema_and_what_to_do(serve: Serve) -> None:
    mock = serve(one(schema=IMPOSSIBLE))
    answer = mock.get("/pet")
    assert answer.status_code == 501
    assert "shop.yaml:" in answer.json()["detail"]
    told = "get_pet(call, …) in apis/shop.py of a folder DIR, which is served with --home DIR"
    assert told in answer.json()["detail"]
    assert "mockade copy" not in answer.json()["detail"], "it is no bundled API"
    assert "example" in answer.json()["detail"]
    assert mock.last.answered_by == "stub"
    assert "x-mockade-answer" not in answer.headers


def test_unanswered_501_makes_nothing_up(serve: Serve) -> None:
    mock = serve(one(), unanswered="501")
    answer = mock.get("/pet", headers={"Prefer": "dynamic=true"})
    assert answer.status_code == 501
    assert "get_pet(call, …) in apis/shop.py" in answer.json()["detail"]
    assert mock.last.answered_by == "stub"
    (api,) = mock.get("/_mockade/v1/apis").json()["apis"]
    assert [row["answered_by"] for row in api["operations"]] == ["stub"]


def test_what_is_known_and_not_served_is_a_501_and_no_shape(serve: Serve) -> None:
    paths: dict[str, Any] = {
        "/pets": {"get": {**answers(200, {"type": "array", "items": PET_REF}), "x-not-served": True}},
        "/pets/{id}": {"get": {**answers(200, PET_REF), "x-not-served": True}},
        "/others": {"get": {**answers(200, PET_REF), "x-not-served": "yes"}},
    }
    paths["/pets"]["get"]["responses"][200]["content"]["application/json"]["example"] = []
    mock = serve(
        contract(paths, {"Pet": PET}),
        handlers="def get_pets_id(call, id):\n    return {'id': 1, 'name': 'H'}",
    )
    assert mock.get("/pets").status_code == 501
    assert mock.get("/pets", headers={"Prefer": "seed=4"}).status_code == 501
    (notice,) = mock.last.notices
    assert "known and not served" in notice.message
    assert mock.get("/pets/1").json() == {"id": 1, "name": "H"}
    assert mock.get("/others").status_code == 200


def test_large_bodies_that_were_sent_are_not_kept_with_the_answers(serve: Serve) -> None:
    sent = {"type": "object", "properties": {"note": {"type": "string"}}}
    mock = serve(operation("post", "/notes/send", {"requestBody": body(sent), **answers(200, sent)}))
    for number in range(8):
        answer = mock.post("/notes/send", json={"note": f"{number} {'x' * 20_000}"})
        assert answer.json()["note"].startswith(f"{number} x"), "it is said back"
    (answerer,) = mock.apis["shop"].answerers.values()
    assert isinstance(answerer, ContractAnswerer)
    assert len(repr(answerer._made)) < 20_000


@pytest.mark.parametrize("wrap", [lambda one: one, lambda one: {"type": "array", "items": one}])
def test_an_example_is_answered_without_what_only_requests_carry(
    serve: Callable[..., Mock], wrap: Callable[[Any], Any]
) -> None:
    secret = {"type": "string", "writeOnly": True}
    card = {
        "type": "object",
        "required": ["number", "cvc"],
        "properties": {"number": {"type": "string"}, "cvc": secret},
    }
    bank = {"type": "object", "required": ["iban"], "properties": {"iban": {"type": "string"}}}
    schema = wrap({"type": "object", "properties": {"source": {"anyOf": [card, bank]}}})
    shown = {"source": {"number": "4242", "cvc": "123"}}
    example = [shown] if schema["type"] == "array" else shown
    operation = {"operationId": "answer", **answers(200, schema)}
    operation["responses"][200]["content"]["application/json"]["example"] = example
    spec = contract({"/one": {"get": operation}})
    answered = serve(spec).get("/one").json()
    assert (answered[0] if isinstance(answered, list) else answered) == {"source": {"number": "4242"}}
