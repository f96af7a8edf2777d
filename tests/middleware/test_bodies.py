"""Bodies: received within bounds, and parsed as their media type says."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from mockade.contract.body_values import json_value
from mockade.contract.operations import Body
from mockade.contract.reading import DEEPEST
from mockade.contract.violations import ABSENT, Violation
from mockade.errors import EngineRefusal
from mockade.middleware.bodies import parse_body
from mockade.middleware.receiving import ClientGone, drain_after_refusal, receive_body
from mockade.server.connection import EXTENSION
from tests.contract.documents import contract_of, operation_of

FORM = "application/x-www-form-urlencoded"


def scope(**headers: str) -> dict[str, Any]:
    return {"headers": [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]}


def sender(messages: Iterable[dict[str, Any]]) -> Callable[[], Awaitable[dict[str, Any]]]:
    """A client that sends these messages, and then nothing for ever."""
    left = iter(messages)

    async def receive() -> dict[str, Any]:
        for message in left:
            return message
        await asyncio.Event().wait()
        raise AssertionError("unreachable")

    return receive


def chunk(body: bytes, more: bool = False) -> dict[str, Any]:
    return {"type": "http.request", "body": body, "more_body": more}


def receive(
    messages: list[dict[str, Any]], *, most: int = 100, patience: float = 5.0, **headers: str
) -> bytes:
    return asyncio.run(receive_body(scope(**headers), sender(messages), most=most, patience=patience))


# receiving


def test_a_body_is_put_together_from_its_pieces() -> None:
    messages = [chunk(b"ab", True), chunk(b"", True), chunk(b"c")]
    assert receive(messages, content_length="3") == b"abc"
    assert receive(messages, transfer_encoding="chunked") == b"abc"


def test_a_body_that_is_there_already_needs_no_time() -> None:
    class Full:
        has_more = True

    there = {**scope(content_length="2"), "extensions": {EXTENSION: Full()}}
    assert asyncio.run(receive_body(there, sender([chunk(b"ab")]), most=100, patience=-1.0)) == b"ab"
    with pytest.raises(EngineRefusal, match="did not come within"):
        receive([chunk(b"a", True)], patience=-1.0, content_length="2")


def test_where_no_body_is_announced_none_is_waited_for() -> None:
    assert receive([]) == b""


def test_a_body_that_is_announced_too_large_is_refused_unread() -> None:
    with pytest.raises(EngineRefusal) as refused:
        receive([], content_length="101")
    assert (refused.value.status, refused.value.code) == (413, "body_too_large")
    assert "larger than 100 bytes" in refused.value.message


def test_a_body_that_grows_too_large_is_refused() -> None:
    with pytest.raises(EngineRefusal) as refused:
        receive([chunk(b"x" * 60, True), chunk(b"x" * 60, True)], transfer_encoding="chunked")
    assert refused.value.code == "body_too_large"
    assert len(receive([chunk(b"x" * 100)], content_length="100")) == 100


def test_a_body_that_never_comes_is_given_up() -> None:
    with pytest.raises(EngineRefusal) as refused:
        receive([chunk(b"a", True)], content_length="5", patience=0.0)
    assert (refused.value.status, refused.value.code) == (408, "body_timeout")
    assert refused.value.headers == {"Connection": "close"}


def test_a_client_that_hangs_up_is_answered_nothing() -> None:
    with pytest.raises(ClientGone):
        receive([chunk(b"a", True), {"type": "http.disconnect"}], content_length="5")


def answer_to(status: int, messages: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], list[int]]:
    """What a client gets that still sends `messages`, and how many were read before each piece of it."""
    sent: list[dict[str, Any]] = []
    read_before: list[int] = []
    reads = 0
    client = sender(messages)

    async def counting() -> dict[str, Any]:
        nonlocal reads
        reads += 1
        return await client()

    async def send(message: Any) -> None:
        sent.append(dict(message))
        read_before.append(reads)

    async def act() -> None:
        sending = drain_after_refusal(counting, send)
        await sending({"type": "http.response.start", "status": status, "headers": []})
        await sending({"type": "http.response.body", "body": b"no"})

    asyncio.run(act())
    return sent, read_before


def test_a_413_is_sent_whole_before_the_rest_is_read_and_ends_after_it() -> None:
    sent, read_before = answer_to(413, [chunk(b"x", True), chunk(b"x", True), chunk(b"x")])
    assert [message.get("body") for message in sent] == [None, b"no", b""]
    assert [message.get("more_body", False) for message in sent] == [False, True, False]
    assert read_before == [0, 0, 3]


def test_another_answer_waits_for_nothing() -> None:
    sent, read_before = answer_to(400, [chunk(b"x", True)])
    assert [message.get("body") for message in sent] == [None, b"no"]
    assert read_before == [0, 0]


# parsing


def body_of(folder: Path, contents: dict[str, Any], *, required: bool = True) -> Body:
    media = {name: {"schema": schema} for name, schema in contents.items()}
    request = {"required": required, "content": media}
    paths = {"/a": {"post": {"requestBody": request, "responses": {}}}}
    body = operation_of(contract_of(folder, paths=paths)).body
    assert body is not None
    return body


def parse(body: Body, raw: bytes, content_type: str = "", **headers: str) -> tuple[Any, list[Violation]]:
    given = {"content_type": content_type} if content_type else {}
    value, _, violations = parse_body(scope(**given, **headers), raw, body)
    return value, violations


def refusal(body: Body, raw: bytes, content_type: str = "", **headers: str) -> EngineRefusal:
    with pytest.raises(EngineRefusal) as refused:
        parse(body, raw, content_type, **headers)
    return refused.value


def test_a_missing_body_is_a_violation_where_one_is_required(tmp_path: Path) -> None:
    value, (violation,) = parse(body_of(tmp_path, {"application/json": {}}), b"")
    assert value is ABSENT
    assert (violation.rule, violation.where, violation.path) == ("absent", "body", ())
    assert parse(body_of(tmp_path, {"application/json": {}}, required=False), b"") == (ABSENT, [])


@pytest.mark.parametrize(
    "content_type",
    ["application/json", "Application/JSON; charset=utf-8", ""],
)
def test_json_is_read_under_each_of_its_names(tmp_path: Path, content_type: str) -> None:
    assert parse(body_of(tmp_path, {"application/json": {}}), b'{"a": 1}', content_type) == ({"a": 1}, [])


def test_json_of_another_name_is_taken_with_a_notice(tmp_path: Path) -> None:
    body = body_of(tmp_path, {"application/json": {}})
    value, (notice,) = parse(body, b'{"a": 1}', "application/vnd.acme+json")
    assert (value, notice.rule, notice.notice) == ({"a": 1}, "lenient", True)
    assert notice.message == "The body came as application/vnd.acme+json, which is taken as application/json."
    own = body_of(tmp_path, {"application/json": {}, "application/vnd.acme+json": {}})
    assert parse(own, b"{}", "application/vnd.acme+json; v=1") == ({}, [])


@pytest.mark.parametrize(
    ("raw", "keys"),
    [
        (b'{"a": 1, "a": 2}', ["a"]),
        (b'[{"b": {"a": 1, "\\u0061": 2}}, {"c": 1, "c": 1, "c": 2}]', ["a", "c"]),
        (b'{"a": 1, "a": "\\u0022\\u0022"}', ["a"]),
        (b'{"a": {"a": 1}, "b": [{"a": 1}, {"a": 2}], "c": "\\"a\\": \\u0022"}', []),
    ],
)
def test_a_key_that_stands_twice_is_remarked_on(tmp_path: Path, raw: bytes, keys: list[str]) -> None:
    value, notices = json_value(raw, body_of(tmp_path, {"application/json": {}}).source)
    assert value == json.loads(raw)
    assert [one.value for one in notices] == keys
    assert all(one.notice and one.rule == "lenient" for one in notices)


def test_a_body_without_a_media_type_is_taken_for_the_first(tmp_path: Path) -> None:
    body = body_of(tmp_path, {FORM: {}, "application/json": {}})
    assert parse(body, b"a=1")[0] == {"a": "1"}


def test_another_media_type_is_refused_and_the_known_ones_named(tmp_path: Path) -> None:
    refused = refusal(body_of(tmp_path, {"application/json": {}, FORM: {}}), b"x", "text/csv")
    assert (refused.status, refused.code) == (415, "unsupported_media_type")
    assert refused.message == f"Content-Type text/csv is not taken here; send application/json, {FORM}."


def test_an_encoded_body_is_refused(tmp_path: Path) -> None:
    body = body_of(tmp_path, {"application/json": {}})
    assert refusal(body, b"x", "application/json", content_encoding="gzip").status == 415
    assert parse(body, b"1", "application/json", content_encoding="identity") == (1, [])


def test_a_range_of_media_types_takes_those_in_it(tmp_path: Path) -> None:
    body = body_of(tmp_path, {"text/*": {}})
    assert parse(body, "é".encode(), "text/plain; charset=utf-8") == ("é", [])
    assert refusal(body, b"x", "image/png").status == 415
    assert parse(body_of(tmp_path, {"*/*": {}}), b"\xff", "image/png") == ("ÿ", [])


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (b'{"a": }', "line 1, column 7"),
        (b'{"a": NaN}', "not JSON"),
        (b"\xff", "not JSON"),
        (b"", "not JSON"),
        (b'{"a":\n 1e400}', "not JSON that can be read: a number is larger than 1.8e+308 at line 2"),
        (b"[-1e999]", "a number is larger"),
        (b"9" * 400, "a number is larger"),
        (b"[" * (DEEPEST + 1) + b"]" * (DEEPEST + 1), f"more than {DEEPEST} levels deep"),
        (b'{"a":' * 5000, f"more than {DEEPEST} levels deep"),
    ],
)
def test_what_is_no_json_is_a_violation_that_says_why(tmp_path: Path, raw: bytes, told: str) -> None:
    body = body_of(tmp_path, {"application/json": {}})
    value, (violation,) = json_value(raw, body.source)
    assert value is ABSENT
    assert violation.rule == "json"
    assert told in violation.message


FIELDS = {
    "type": "object",
    "properties": {
        "count": {"type": "integer"},
        "on": {"$ref": "#/components/schemas/On"},
        "tags": {"type": "array", "items": {"$ref": "#/components/schemas/Tag"}},
        "point": {"type": "object"},
        "name": {"type": "string"},
    },
}


@pytest.fixture
def form(tmp_path: Path) -> Body:
    contents = {kind: {"schema": FIELDS} for kind in (FORM, "multipart/form-data")}
    paths = {"/a": {"post": {"requestBody": {"content": contents}, "responses": {}}}}
    schemas = {"On": {"type": "boolean"}, "Tag": {"type": "integer"}}
    body = operation_of(contract_of(tmp_path, schemas, paths=paths)).body
    assert body is not None
    return body


def test_a_form_s_fields_become_what_the_schema_says(form: Body) -> None:
    raw = b"count=5&on=true&tags=1&tags=2&point=%7B%22x%22%3A1%7D&name=&more=%C3%A9+%26"
    assert parse(form, raw, FORM) == (
        {"count": 5, "on": True, "tags": [1, 2], "point": {"x": 1}, "name": "", "more": "é &"},
        [],
    )


def test_a_field_that_comes_twice_or_as_json_would_not_have_it_is_remarked_on(form: Body) -> None:
    value, notices = parse(form, b"count=5&count=06&on=True&tags=1&tags=02", FORM)
    assert value == {"count": 6, "on": True, "tags": [1, 2]}
    assert [(one.path, one.notice) for one in notices] == [
        (("count",), True),
        (("count",), True),
        (("on",), True),
        (("tags", 1), True),
    ]


def test_what_a_form_holds_of_objects_and_lists_of_them_is_json(tmp_path: Path) -> None:
    rows = {"type": "array", "items": {"type": "object"}}
    fields = {"type": "object", "properties": {"rows": rows, "names": {"type": "array", "items": {}}}}
    body = body_of(tmp_path, {FORM: fields})
    one, two = "rows=%7B%22a%22%3A1%7D", "rows=%7B%7D"
    assert parse(body, f"{one}&{two}".encode(), FORM)[0] == {"rows": [{"a": 1}, {}]}
    assert parse(body, b"rows=[{},{}]", FORM)[0] == {"rows": [{}, {}]}
    assert parse(body, b"rows={&names=x", FORM)[0] == {"rows": ["{"], "names": ["x"]}


def test_an_empty_form_is_a_body(tmp_path: Path) -> None:
    body = body_of(tmp_path, {FORM: {}, "application/json": {}})
    assert parse(body, b"", FORM) == ({}, [])
    assert [one.rule for one in parse(body, b"", "application/json")[1]] == ["absent"]


def test_text_of_another_media_type_is_json_where_its_schema_asks_for_more_than_text(tmp_path: Path) -> None:
    kinds = {"object": b'{"a": 1}', "array": b"[1]", "integer": b"7", "string": b"[1]"}
    read = {"object": {"a": 1}, "array": [1], "integer": 7, "string": "[1]"}
    for kind, raw in kinds.items():
        body = body_of(tmp_path, {"application/x-thing": {"type": kind}})
        assert parse(body, raw, "application/x-thing") == (read[kind], [])


def test_a_field_that_does_not_fit_stays_text(form: Body) -> None:
    assert parse(form, b"count=x&point={&on=1", FORM)[0] == {"count": "x", "point": "{", "on": "1"}


@pytest.mark.parametrize("raw", [b"a=%FF", b"a=\xff", b"&".join([b"a=1"] * 1001)])
def test_a_form_that_cannot_be_read_is_refused(form: Body, raw: bytes) -> None:
    assert (refusal(form, raw, FORM).status, refusal(form, raw, FORM).code) == (400, "malformed_request")


def part(name: str, text: bytes, more: str = "") -> bytes:
    return f'--cut\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n'.encode() + text + b"\r\n"


def test_a_multipart_form_is_read_with_its_files(form: Body) -> None:
    raw = (
        part("count", b"5")
        + part("tags", b"1")
        + part("file", b"\xff\x00", '; filename="f"')
        + b"--cut--\r\n"
    )
    value, violations = parse(form, raw, "multipart/form-data; boundary=cut")
    assert (value, violations) == ({"count": 5, "tags": [1], "file": "ÿ\x00"}, [])


@pytest.mark.parametrize(
    ("raw", "content_type"),
    [
        (b"--cut", "multipart/form-data"),
        (b"nothing", "multipart/form-data; boundary=cut"),
        (b"--cut\r\n\r\nno name\r\n--cut--\r\n", "multipart/form-data; boundary=cut"),
    ],
)
def test_a_multipart_form_that_cannot_be_read_is_refused(form: Body, raw: bytes, content_type: str) -> None:
    refused = refusal(form, raw, content_type)
    assert (refused.status, refused.code) == (400, "malformed_request")
