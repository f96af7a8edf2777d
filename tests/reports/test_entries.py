"""What reports keep of exchanges: nothing large, and said what was left out."""

from __future__ import annotations

from mockade.reports.entries import MOST_BODY, TrimmedExchange, exchange_of, trimmed_entry
from mockade.state.rows import Stored
from mockade.state.transaction import Change
from tests.reports.runs import SERIALIZER, exchange, violation

JSON = ((b"content-type", b"application/json"),)
LARGE = b'"%s"' % (b"x" * MOST_BODY)


def test_large_bodies_and_changes_are_left_out_and_said() -> None:
    row = Stored((0, "k"), b'{"a":"%s"}' % (b"x" * 40_000), b"")
    changes = [Change("shop", "orders", str(at), None, row) for at in range(3)]
    whole = exchange(
        request_headers=JSON, request_body=LARGE, response_headers=JSON, response_body=b"{}", changes=changes
    )
    entry = TrimmedExchange.of(whole).entry(SERIALIZER.full)
    assert entry["left_out"] == {"request_body": len(LARGE), "changes": 2}
    assert (entry["request"]["body"], entry["response"]["body"], len(entry["changes"])) == (None, {}, 1)
    assert trimmed_entry(SERIALIZER.full(whole)) == entry
    assert trimmed_entry(entry) == entry, "said once more, when a report's entry is read again"


def test_a_large_body_that_is_no_text_is_left_out_whole() -> None:
    whole = exchange(response_headers=(), response_body=b"\xff" * MOST_BODY)
    assert "body_base64" in SERIALIZER.full(whole)["response"]
    told = trimmed_entry(SERIALIZER.full(whole))
    assert "body_base64" not in told["response"]
    assert told["left_out"]["response_body"] > MOST_BODY


def test_what_is_small_is_as_it_was() -> None:
    small = exchange(request_headers=JSON, request_body=b'"\\ud800"', violations=[violation()])
    entry = SERIALIZER.full(small)
    assert TrimmedExchange.of(small).entry(SERIALIZER.full) == trimmed_entry(entry) == entry
    assert trimmed_entry({**entry, "reason": "\ud800"})["reason"] == "\ud800"


def test_an_entry_counts_as_its_exchange() -> None:
    broken = exchange(violations=[violation("a/b~c")], status=400, answered_by="engine", operation="x")
    again = exchange_of(SERIALIZER.full(broken))
    assert [one.pointer for one in again.violations] == [one.pointer for one in broken.violations]
    assert (again.status, again.answered_by, again.operation) == (400, "engine", "x")
