"""HAR: each exchange in the form that har-schema describes, without secrets, and with nothing invented."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from jsonschema import Draft6Validator, FormatChecker
from referencing import Registry, Resource

from mockade.catalogue.redaction import NO_REDACTION, Redaction
from mockade.control.exchanges import ExchangeSerializer
from mockade.reports.har import HEAD, TAIL, har_entry, written_entry
from mockade.worlds.journal import Exchange
from tests.reports.runs import BROKEN, DUE_FAULT, exchange

OFFICIAL = json.loads((Path(__file__).parent / "har-schema.json").read_text(encoding="utf-8"))["files"]
REGISTRY: Registry[Any] = Registry().with_resources(
    (one["$id"].rstrip("#"), Resource.from_contents(one)) for one in OFFICIAL
)
HAR = Draft6Validator({"$ref": "har.json"}, registry=REGISTRY, format_checker=FormatChecker())
PICTURE = b"\x89PNG\r\n\x1a\n\xff"
JSON = (b"content-type", b"application/json")


def entry(one: Exchange, *, secrets: bool = False) -> dict[str, Any]:
    return ExchangeSerializer({}, NO_REDACTION if secrets else Redaction()).full(one)


def har(one: Exchange, *, secrets: bool = False) -> dict[str, Any]:
    """The entry of an exchange in a whole file that the schema lets through."""
    whole = json.loads(HEAD + written_entry(entry(one, secrets=secrets)) + TAIL)
    assert [error.message for error in HAR.iter_errors(whole)] == []
    (made,) = whole["log"]["entries"]
    url = urlsplit(made["request"]["url"])
    assert url.scheme == "http"
    assert url.netloc
    assert made["time"] >= 0
    found: dict[str, Any] = made
    return found


def test_an_exchange_has_its_request_its_answer_and_why() -> None:
    made = har(
        exchange(
            method="POST",
            path="/a b",
            query="q=%C3%A4&q=&flag&apiKey=s3",
            world="w1",
            status=400,
            violations=BROKEN.violations,
            reason="The request breaks the contract.",
            answered_by="engine",
            request_headers=[(b"host", b"127.0.0.1:6464"), JSON, (b"accept", b"a"), (b"accept", b"b")],
            request_body=b'{"a": 1}',
            response_headers=[JSON, (b"content-length", b"11")],
            response_body=b'{"no": "x"}',
        )
    )
    request, response = made["request"], made["response"]
    assert request["url"] == "http://127.0.0.1:6464/@w1/a%20b?q=%C3%A4&q=&flag&apiKey=%5Bredacted%5D"
    assert request["queryString"][:3] == [
        {"name": "q", "value": "ä"},
        {"name": "q", "value": ""},
        {"name": "flag", "value": ""},
    ]
    assert {"name": "accept", "value": "a, b"} in request["headers"]
    assert request["postData"] == {"mimeType": "application/json", "text": '{"a":1}'}
    assert (response["status"], response["statusText"], response["bodySize"]) == (400, "Bad Request", 11)
    assert response["content"] == {"size": 11, "mimeType": "application/json", "text": '{"no":"x"}'}
    assert made["comment"].splitlines() == [
        "The request breaks the contract.",
        "body /a/0: Expected a string at a.",
    ]
    assert made["_mockade"]["world"] == "w1"


@pytest.mark.parametrize(
    ("headers", "body", "text"),
    [
        ([JSON], b'"text"', '"text"'),
        ([JSON, (b"content-length", b"4")], b'{"a:', '{"a:'),
        ([(b"content-type", b"text/plain")], b"text", "text"),
        (
            [(b"content-type", b"application/x-www-form-urlencoded")],
            b"a=1&password=p",
            "a=1&password=[redacted]",
        ),
        ([], b"null", None),
        ([], b"", None),
    ],
)
def test_a_body_is_the_text_that_was_sent(headers: Any, body: bytes, text: str | None) -> None:
    sent = har(exchange(method="PUT", request_headers=headers, request_body=body))["request"]
    got = har(exchange(response_headers=headers, response_body=body))["response"]
    assert sent.get("postData", {}).get("text") == text
    assert got["content"].get("text") == text


def test_bytes_that_are_no_text_are_base64_unless_a_secret_stands_among_them() -> None:
    headers = [(b"content-type", b"image/png")]
    made = har(
        exchange(
            request_headers=headers, request_body=PICTURE, response_headers=headers, response_body=PICTURE
        )
    )
    assert made["request"]["postData"]["_encoding"] == made["response"]["content"]["encoding"] == "base64"
    assert made["request"]["postData"]["text"] == made["response"]["content"]["text"] == "iVBORw0KGgr/"
    form = b'--x\r\nContent-Disposition: form-data; name="password"\r\n\r\nhush\r\n--x\r\n\r\n' + PICTURE
    headers = [(b"content-type", b"multipart/form-data; boundary=x")]
    made = har(exchange(request_headers=headers, request_body=form))
    assert "_encoding" not in made["request"]["postData"]
    assert "hush" not in json.dumps(made)


def test_cookies_are_listed_where_they_are_told() -> None:
    one = exchange(
        status=302,
        request_headers=[(b"cookie", b"a=1; b=x=y; c")],
        response_headers=[
            (b"location", b"/there"),
            (b"set-cookie", b"a=2; Path=/; HttpOnly; Expires=Wed, 21 Oct 2026 07:28:00 GMT"),
            (b"set-cookie", b"b=3; Secure; Domain=x.example; Expires=never"),
        ],
    )
    hidden = har(one)
    assert hidden["request"]["cookies"] == hidden["response"]["cookies"] == []
    assert hidden["response"]["redirectURL"] == "/there"
    told = har(one, secrets=True)
    assert told["request"]["cookies"] == [{"name": "a", "value": "1"}, {"name": "b", "value": "x=y"}]
    assert told["response"]["cookies"] == [
        {"name": "a", "value": "2", "path": "/", "httpOnly": True, "expires": "2026-10-21T07:28:00+00:00"},
        {"name": "b", "value": "3", "secure": True, "domain": "x.example"},
    ]


def test_an_answer_that_never_came_has_the_status_0() -> None:
    response = har(exchange(status=0, answered_by="fault", reason="Fault 1."))["response"]
    assert (response["status"], response["statusText"], response["content"]["size"]) == (0, "", 0)


def test_what_nobody_asked_for_is_no_exchange() -> None:
    assert har_entry(entry(DUE_FAULT)) is None
    assert written_entry(entry(DUE_FAULT)) == b""


def test_half_of_a_surrogate_pair_in_a_saved_journal_breaks_no_file() -> None:
    broken = entry(exchange(response_headers=[JSON]))
    broken["response"]["body"] = {"a": "\ud800"}
    assert written_entry(broken).isascii()


def test_a_world_that_a_header_chose_is_not_in_the_url() -> None:
    made = har(exchange(world="w1", request_headers=[(b"x-mockade-world", b"w1")]))
    assert made["request"]["url"] == "http://localhost/x"
