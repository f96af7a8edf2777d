"""The curl that repeats a request."""

from __future__ import annotations

import shlex
from typing import Any

import pytest

from mockade.reports.curl import MOST_BODY, curl
from tests.reports.runs import NASTY, SERIALIZER, exchange


def command(body: Any = None, headers: dict[str, str] | None = None, **facts: Any) -> str:
    entry = SERIALIZER.full(exchange(**facts))
    entry["request"] |= {"body": body, "headers": headers or {}}
    return curl(entry)


def test_it_says_what_the_request_said_and_leaves_to_curl_what_is_curls() -> None:
    headers = {"content-type": "application/json", "host": "127.0.0.1:1", "content-length": "3"}
    assert command({"a": "it's"}, headers, method="POST", path="/a%20b", query="x=$1&y") == (
        """curl -X POST "$MOCKADE_URL"'/a%20b?x=$1&y' -H 'content-type: application/json' """
        """--data-raw '{"a":"it'"'"'s"}'"""
    )


def test_what_clients_add_of_their_own_accord_is_left_out_and_what_is_asked_for_is_not() -> None:
    fetched = {"accept": "*/*", "accept-language": "*", "sec-fetch-mode": "cors", "traceparent": "00-1"}
    assert command(None, fetched) == 'curl "$MOCKADE_URL"/x'
    asked = {"accept": "text/csv", "accept-language": "de", "cache-control": "no-cache", "x-empty": ""}
    assert command(None, asked) == (
        """curl "$MOCKADE_URL"/x -H 'accept: text/csv' -H 'accept-language: de' """
        "-H 'cache-control: no-cache' -H 'x-empty;'"
    )


def test_curl_adds_no_media_type_and_waits_for_no_body_of_a_head() -> None:
    assert command("x", method="POST") == ("""curl -X POST "$MOCKADE_URL"/x -H content-type: --data-raw x""")
    assert command(method="HEAD") == 'curl --head "$MOCKADE_URL"/x'


def test_it_asks_the_world_in_which_it_was_asked() -> None:
    assert command(world="other") == 'curl "$MOCKADE_URL"/@other/x'
    by_header = command(None, {"x-mockade-world": "other"}, world="other")
    assert by_header == """curl "$MOCKADE_URL"/x -H 'x-mockade-world: other'"""


def test_nobody_asked_for_what_was_due() -> None:
    assert command_of_event() == ""


def command_of_event() -> str:
    return curl(SERIALIZER.full(exchange(method="", path="", answered_by="timeline")))


@pytest.mark.parametrize("nasty", [NASTY, "$(rm -rf /)", "`x`", "-K /etc/passwd", "'\"\\"])
def test_nothing_that_was_sent_is_more_than_a_word(nasty: str) -> None:
    line = command(nasty, {"x-a": nasty}, path=f"/{nasty}", query=nasty)
    assert "\n" not in line
    assert "\x1b" not in line
    words = shlex.split(line)
    assert [words[0], words[2], words[4]] == ["curl", "-H", "-H"]
    assert words[5:7] == ["content-type:", "--data-raw"]
    assert len(words) == 8


def test_a_body_that_is_no_text_is_the_same_bytes() -> None:
    entry = SERIALIZER.full(exchange(method="POST", request_body=b"\xff\x00"))
    assert (
        curl(entry)
        == 'echo /wA= | base64 -d | curl -X POST "$MOCKADE_URL"/x -H content-type: --data-binary @-'
    )


def test_a_body_that_was_not_kept_or_is_long_is_said() -> None:
    assert command("x" * (MOST_BODY + 1)).endswith(f"/x  # and its body of {MOST_BODY + 1:,} characters")
    entry = {**SERIALIZER.full(exchange(method="POST")), "left_out": {"request_body": 40_000}}
    assert curl(entry).endswith("# and its body of 40,000 bytes, which was not kept")
