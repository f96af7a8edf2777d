"""The corpus on tiny contracts: what is asked, how answers are judged, and what the page says of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from benchmarks.corpus import directory, page, peers, pool, tally
from benchmarks.corpus.__main__ import main
from benchmarks.corpus.changes import change
from benchmarks.corpus.contracts import Contract, Operation
from benchmarks.corpus.credentials import SECRET, carried
from benchmarks.corpus.pool import Subject, try_one
from benchmarks.corpus.requests import Requests
from benchmarks.corpus.schemas import Schemas
from benchmarks.corpus.trial import Trial
from benchmarks.corpus.values import Unmade
from benchmarks.corpus.verdicts import (
    ANSWERED,
    BROKE,
    FAULT,
    REFUSED,
    UNANSWERED,
    UNMADE,
    UNSENT,
    head,
    judged,
)
from tests.forked import ForkedModules

Write = Callable[..., Path]

PET = {
    "type": "object",
    "required": ["id"],
    "properties": {
        "id": {"type": "string"},
        "owner": {"type": "string", "nullable": True},
        "secret": {"type": "string", "writeOnly": True},
    },
}


def json_body(schema: Any, **more: Any) -> dict[str, Any]:
    return {"content": {"application/json": {"schema": schema, **more}}}


def answers(status: str, schema: Any = None, **more: Any) -> dict[str, Any]:
    body = json_body(schema, **more) if schema is not None else {}
    return {"responses": {status: {"description": "", **body}}}


def document(paths: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"openapi": "3.0.3", "info": {"title": "T", "version": "1"}, "paths": paths, **more}


def parameter(name: str, where: str, schema: Any, **more: Any) -> dict[str, Any]:
    return {"name": name, "in": where, "required": True, "schema": schema, **more}


PETS = document(
    {
        "/pets": {"get": answers("200", {"type": "array", "items": PET}, example=[{"id": "rex"}])},
        "/pets/{petId}": {
            "parameters": [parameter("petId", "path", {"type": "string"})],
            "get": answers("200", {"type": "integer"}),
        },
        "/ping": {"get": answers("200", {"type": "string"}, example="pong")},
    }
)
KEYED = document(
    {"/ping": {"get": {"security": [{"key": []}], **answers("200", {"type": "string"}, example="pong")}}},
    components={"securitySchemes": {"key": {"type": "apiKey", "in": "query", "name": "k"}}},
)
UNKNOWN = {**document({"/a/{x}": {"get": answers("200", PET)}}), "openapi": "9.0.0"}
"""Of a version that nobody reads."""


@pytest.fixture(autouse=True)
def _forked_children(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever tries a contract is a process of its own, which is forked here and loads nothing."""
    monkeypatch.setattr(pool, "subprocess", ForkedModules)


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def written(contract: Any, name: str = "pets") -> Path:
        path = tmp_path / "contracts" / f"{name}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(contract), encoding="utf-8")
        return path

    return written


def only(contract: Contract) -> Operation:
    (operation,) = contract.operations
    return operation


def request_for(path: Path) -> Any:
    contract = Contract(path)
    trial = trial_of(contract)
    return trial.requests.make(only(contract), trial.finder.of(only(contract)).values)


def trial_of(contract: Contract) -> Trial:
    def ignore(*_: Any, **__: Any) -> None:
        pass

    schemas = Schemas(contract)
    return Trial(contract, schemas, Requests(contract, schemas), None, ignore)


@pytest.mark.parametrize(
    ("asked", "target"),
    [
        (parameter("n", "query", {"type": "integer", "minimum": 3}), "/a?n=3"),
        (parameter("n", "query", {"type": "string"}, example="x y"), "/a?n=x%20y"),
        (parameter("n", "query", {"type": "string", "enum": ["b", "a"]}), "/a?n=b"),
        (parameter("n", "query", {"type": "array"}, example=[1, 2]), "/a?n=1&n=2"),
        (parameter("n", "query", {"type": "array"}, example=[1, 2], explode=False), "/a?n=1,2"),
        (parameter("n", "query", {}, example={"a": True}, style="deepObject"), "/a?n%5Ba%5D=true"),
        (parameter("n", "query", {"type": "array", "items": {"type": "integer"}}), "/a?n=0"),
        ({**parameter("n", "query", {"type": "string"}), "required": False}, "/a"),
    ],
)  # fmt: skip
def test_a_request_holds_what_is_required_in_its_style(asked: Any, target: str, write: Write) -> None:
    made = request_for(write(document({"/a": {"get": {"parameters": [asked], **answers("200")}}})))
    assert (made.method, made.target) == ("GET", target)


def test_a_parameter_with_content_travels_as_json(write: Write) -> None:
    asked = {"name": "n", "in": "path", "required": True, **json_body({"type": "string"})}
    made = request_for(write(document({"/a/{n}": {"get": {"parameters": [asked], **answers("200")}}})))
    assert made.target == "/a/%22string%22"


def test_a_request_without_a_valid_value_is_not_made(write: Write) -> None:
    asked = parameter("n", "header", {"type": "string", "pattern": "^Z{40}$", "maxLength": 3})
    path = write(document({"/a": {"get": {"parameters": [asked], **answers("200")}}}))
    with pytest.raises(Unmade, match=r"a header parameter, string with pattern: pattern: … does not match"):
        request_for(path)


def test_bodies_are_made_of_the_contract_in_its_media_type(write: Write) -> None:
    schema = {"type": "object", "required": ["a"], "properties": {"a": {"type": "integer", "minimum": 2}}}
    body = {"required": True, **json_body(schema)}
    made = request_for(write(document({"/a": {"post": {"requestBody": body, **answers("200")}}})))
    assert (made.headers["content-type"], json.loads(made.body)) == ("application/json", {"a": 2})
    form = {"content": {"application/x-www-form-urlencoded": {"schema": schema}}}
    made = request_for(write(document({"/a": {"post": {"requestBody": form, **answers("200")}}})))
    assert made.body == b"a=2"


def test_a_list_that_is_posted_has_an_item(write: Write) -> None:
    sent = {"type": "array", "items": {"type": "object", "properties": {"name": {"type": "string"}}}}
    paths = {"/pets": {"post": {"requestBody": json_body(sent), **answers("201")}}}
    assert len(json.loads(request_for(write(document(paths))).body)) == 1


def test_a_list_in_a_form_has_an_item_for_what_is_empty_cannot_be_sent(write: Write) -> None:
    schema = {"type": "object", "properties": {"n": {"type": "array", "items": {"type": "integer"}}}}
    for kind, needed, sent in (
        ("application/x-www-form-urlencoded", ["n"], b"n=0"),
        ("application/x-www-form-urlencoded", [], b"n=0"),  # without any member it would be no body
        ("multipart/form-data", ["n"], b'name="n"\r\n\r\n0\r\n--'),
    ):
        body = {"required": True, "content": {kind: {"schema": {**schema, "required": needed}}}}
        made = request_for(write(document({"/a": {"post": {"requestBody": body, **answers("200")}}})))
        assert sent in made.body


def test_a_request_carries_a_secret_as_its_scheme_asks(write: Write) -> None:
    assert request_for(write(KEYED)).target == f"/ping?k={SECRET}"
    basic = {"components": {"securitySchemes": {"key": {"type": "http", "scheme": "basic"}}}}
    contract = Contract(write({**KEYED, **basic}))
    assert [one.value.split()[0] for one in carried(contract, only(contract))] == ["Basic"]


@pytest.mark.parametrize(
    ("status", "kind", "body", "verdict"),
    [
        (200, "application/json", b'{"id": "a", "owner": null}', ANSWERED),
        (200, "application/json; charset=utf-8", b'{"id": "a"}', ANSWERED),
        (200, "application/json", b'{"id": 1}', BROKE),
        (200, "application/json", b"{", BROKE),
        (200, "text/html", b"<p>", BROKE),
        (200, "", b"", BROKE),
        (202, "application/json", b'{"id": "a"}', BROKE),
        (404, "application/json", b"{}", REFUSED),
        (501, "application/json", b"{}", UNANSWERED),
        (500, "application/json", b"{}", FAULT),
    ],
)
def test_an_answer_is_judged_by_the_contract(
    status: int, kind: str, body: bytes, verdict: str, write: Write
) -> None:
    contract = Contract(write(document({"/a": {"get": answers("200", PET)}})))
    found = judged(only(contract), Schemas(contract), status, {"content-type": kind}, body)
    assert found.name == verdict
    assert bool(found.why) == (verdict != ANSWERED)


@pytest.mark.parametrize("status", ["204", "205"])
def test_an_answer_without_a_body_has_none_whatever_is_documented(status: str, write: Write) -> None:
    contract = Contract(write(document({"/a": {"get": answers(status, PET)}})))
    assert judged(only(contract), Schemas(contract), int(status), {}, b"").name == ANSWERED


def test_an_operation_without_a_2xx_succeeds_with_what_it_documents(write: Write) -> None:
    for documented, wanted in (
        (("302", "404"), [False, True, False]),
        (("default", "404"), [True, True, False]),
        (("404",), [False, False, True]),
        (("2XX", "404"), [True, False, False]),
    ):
        responses = {status: {"description": ""} for status in documented}
        contract = Contract(write(document({"/a": {"get": {"responses": responses}}})))
        assert [only(contract).is_success(status) for status in (200, 302, 404)] == wanted


def test_unsound_words_of_a_schema_count_for_nothing(write: Write) -> None:
    schema = {"type": "object", "required": True, "properties": {"a": {"type": "int", "maximum": 3}}}
    contract = Contract(write(document({"/a": {"get": answers("200", schema)}})))
    found = only(contract).responses["200"].get("content", "application/json", "schema")
    schemas = Schemas(contract)
    assert schemas.judges(found.pointer, "response")
    assert not schemas.wrong(found.pointer, {"a": "x"}, "response")
    assert schemas.wrong(found.pointer, {"a": 4}, "response").startswith("maximum: ")
    assert schemas.agrees(found.pointer, {"a": 4}, "response")


def test_a_discriminator_chooses_among_the_schemas_that_fit(write: Write) -> None:
    def kind(**properties: Any) -> dict[str, Any]:
        return {"type": "object", "properties": {"kind": {"type": "string"}, **properties}}

    schemas = {"cat": kind(lives={"type": "integer"}), "dog": kind()}
    refs = [{"$ref": f"#/components/schemas/{name}"} for name in schemas]
    discriminator = {"propertyName": "kind", "mapping": {"mog": "#/components/schemas/cat"}}
    pet = {"oneOf": refs, "discriminator": discriminator}
    path = write(document({"/a": {"get": answers("200", pet)}}, components={"schemas": schemas}))
    contract = Contract(path)

    def wrong(value: Any) -> str:
        found = only(contract).responses["200"].get("content", "application/json", "schema")
        return Schemas(contract).wrong(found.pointer, value, "response")

    assert not wrong({"kind": "cat", "lives": 9})
    assert not wrong({"kind": "dog", "lives": "none"})
    assert wrong({"kind": "cat", "lives": "none"})
    assert wrong({"kind": "mog", "lives": "none"})


def test_a_made_body_says_of_which_schema_it_is_and_no_change_says_otherwise(write: Write) -> None:
    thing = {
        "type": "object",
        "required": ["kind"],
        "properties": {"kind": {"type": "string"}, "name": {"type": "string"}},
        "discriminator": {"propertyName": "kind", "mapping": {"mog": "#/components/schemas/cat"}},
    }
    child = {"allOf": [{"$ref": "#/components/schemas/thing"}]}
    schemas = {"thing": thing, "cat": child, "dog": child}
    for name, kind in (("cat", "mog"), ("dog", "dog")):
        content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}}
        operation = {**answers("200"), "requestBody": {"required": True, "content": content}}
        contract = Contract(write(document({"/a": {"post": operation}}, components={"schemas": schemas})))
        requests = Requests(contract, Schemas(contract))
        sent = requests.body(only(contract))
        assert sent is not None
        assert sent.value == {"kind": kind}
        shown = {"kind": kind, "name": "Zoe"}
        made = change(sent, shown, None, requests.values, lambda _name, _value: True)
        assert made.name == "name"
        assert change(sent, {"kind": kind}, None, requests.values, lambda _name, _value: True).name == ""


def test_messages_that_differ_only_in_names_are_one_reason() -> None:
    assert head("'a' is not 3. Look.") == head("'b c' is not 42.") == "… is not N."
    assert head("There is no x in pets.") == head("There is no y in zoos.")


def test_a_contract_that_asks_for_credentials_is_tried_as_published(write: Write) -> None:
    result = try_one(Subject("keyed", write(KEYED, "keyed")))
    assert not result["failed"]
    assert tally.started(result)
    assert [one["verdict"] for one in result["answers"]] == [ANSWERED]
    sums = tally.summed([result], {})
    assert sums["verdicts"][tally.ALL]["operations"][ANSWERED] == 1
    assert sums["reasons"]["start"] == []


def test_a_contract_that_takes_too_long_is_given_up(write: Write) -> None:
    result = try_one(Subject("pets", write(PETS)), limit=0.01)
    assert result["failed"] == "it took more than 0.01 s"
    sums = tally.summed([result], {})
    assert sums["verdicts"][tally.ALL]["operations"][UNSENT] == 3
    assert "took more than" in sums["reasons"]["start"][0]["reason"]


def test_a_run_writes_its_page_and_its_figures(
    write: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write(PETS).parent
    write(UNKNOWN, "unknown")
    target = tmp_path / "page.md"
    main(["--directory", str(folder), "--out", str(tmp_path), "--page", str(target), "--workers", "1"])
    figures = json.loads((tmp_path / "corpus.json").read_text(encoding="utf-8"))
    verdicts = {one["operation"]: one["verdict"] for one in figures["results"][0]["answers"]}
    assert verdicts["GET /pets"] == verdicts["GET /ping"] == ANSWERED
    assert (figures["sums"]["contracts"], figures["sums"]["started"]) == (2, 1)
    text = target.read_text(encoding="utf-8")
    assert text in capsys.readouterr().out
    assert text == page.page(figures)
    assert "| unknown" in text.partition("## The worst twenty")[2]
    assert "JSON with a schema (integer), no example" in text or verdicts["GET /pets/{petId}"] != UNANSWERED


def test_the_page_in_the_docs_is_one_that_the_corpus_writes() -> None:
    text = (directory.HERE.parents[1] / "docs" / "corpus.md").read_text(encoding="utf-8")
    assert text.startswith(page.INTRODUCTION)


def test_contracts_are_chosen_by_provider_by_name_and_by_chance(write: Write) -> None:
    for name in ("a.com", "b.com/one", "b.com/two"):
        write(PETS, name)
    folder = write(PETS, "c.com").parent

    def names(**options: Any) -> list[str]:
        return [subject.name for subject in directory.chosen(folder, **options)]

    assert names() == ["a.com", "b.com/one", "c.com"]
    assert names(every=True) == ["a.com", "b.com/one", "b.com/two", "c.com"]
    assert names(only=["b.com"]) == ["b.com/one"]
    assert names(only=["b.com/two", "a.com"]) == ["a.com", "b.com/two"]
    assert len(names(sample=2)) == 2
    assert names(sample=2, seed=4) == names(sample=2, seed=4)


def test_without_the_directory_a_run_says_what_brings_it(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="make corpus"):
        main(["--directory", str(tmp_path / "nothing")])


@pytest.mark.parametrize("peer", peers.PEERS, ids=lambda peer: peer.name)
def test_a_peer_is_sent_the_same_requests_and_judged_alike(peer: peers.Peer, write: Write) -> None:
    if peer.missing():
        pytest.skip(f"{peer.name} is {peer.missing()}")
    path = write(PETS)
    request = {"target": "/ping", "headers": {"accept": "*/*"}, "body": ""}
    made = {"operation": "GET /ping", "method": "GET", "request": request}
    started, outcomes = peers.asked(peer, Subject("pets", path), [made])
    assert (started, len(outcomes)) == (True, 1)


def test_peers_that_are_missing_are_named(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    nobody = peers.PRISM._replace(needs=Path("nowhere"))
    monkeypatch.setattr(peers, "PEERS", (nobody,))
    subject = Subject("pets", write(PETS))
    found = peers.compared([subject], [try_one(subject)], 1)
    assert (found["asked"], found["gets"]) == (3, 3)
    assert found["who"]["Prism"]["missing"].startswith("not installed")
    assert found["who"]["Mockade"]["started"] == 1
    assert UNMADE not in found["who"]["Mockade"]["verdicts"]


def test_bytes_are_told_from_other_text(tmp_path: Path) -> None:
    """Two alternatives may differ by nothing else."""
    text, file = {"type": "string"}, {"type": "string", "format": "byte"}
    paths = {"/texts": {"get": {"responses": {"200": {"description": "", "content": {}}}}}}
    content = {"application/json": {"schema": {"oneOf": [{**text, "maxLength": 3}, file]}}}
    paths["/texts"]["get"]["responses"]["200"]["content"] = content
    path = tmp_path / "texts.json"
    document = {"openapi": "3.0.3", "info": {"title": "T", "version": "1"}, "paths": paths}
    path.write_text(json.dumps(document), encoding="utf-8")
    contract = Contract(path)
    (operation,) = contract.operations
    pointer = operation.responses["200"].get("content", "application/json", "schema").pointer
    wrong = Schemas(contract).wrong
    assert [bool(wrong(pointer, one, "response")) for one in ("no!", "TWFu", "long text")] == [
        False,
        False,
        True,
    ]
