"""Which requests are known by their bytes; tests/middleware and tests/stores have what becomes of them.

These hold `server/repeating_protocol.py`, and this `server/response_writer.py` too.
"""

from __future__ import annotations

from typing import Any

import pytest

from mockade.asgi import Headers
from mockade.server import repeats
from mockade.server.repeats import LONGEST, Repeats, Whole
from mockade.server.response_writer import written
from tests.server.wire import head

HOST = (b"host", b"localhost")
UNUSED: Any = None
"""What says of a connection whether it has ended, and what takes an answer later: nobody asks here."""
ANSWER: Whole = (200, [(b"etag", b"x"), (b"content-length", b"2")], b"{}")


def is_taken(request: bytes, *headers: tuple[bytes, bytes]) -> bool:
    known = Repeats()
    known.add(request, [HOST, *headers], lambda *_: ANSWER)
    assert known.answer(request, UNUSED, UNUSED) == (ANSWER if request in known else None)
    return request in known


def test_a_read_that_is_nothing_but_a_head_is_known() -> None:
    assert is_taken(head("/x"))
    assert is_taken(head("/x"), (b"connection", b"keep-alive"), (b"if-none-match", b"x"))


@pytest.mark.parametrize(
    "request_",
    [
        head("/x", method="POST"),
        head("/x", method="HEAD"),
        head("/x")[:-2],
        b"\r\n" + head("/x"),
        head("/x", f"X-Long: {'x' * LONGEST}"),
    ],
)
def test_any_other_is_not(request_: bytes) -> None:
    assert not is_taken(request_)


@pytest.mark.parametrize(
    "header",
    [
        (b"content-length", b"0"),
        (b"transfer-encoding", b"chunked"),
        (b"expect", b"100-continue"),
        (b"origin", b"http://localhost"),
        (b"connection", b"close"),
        (b"connection", b"keep-alive, upgrade"),
        (b"upgrade", b"h2c"),
    ],
)
def test_neither_is_one_of_which_more_is_asked(header: tuple[bytes, bytes]) -> None:
    assert not is_taken(head("/x"), header)


def test_what_is_to_go_the_usual_way_is_forgotten() -> None:
    known = Repeats()
    known.add(head("/x"), [HOST], lambda *_: None)
    assert known.answer(head("/x"), UNUSED, UNUSED) is None
    assert head("/x") not in known


def test_so_many_are_known_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repeats, "MOST", 3)
    known = Repeats()
    for number in range(5):
        known.add(head(f"/{number}"), [HOST], lambda *_: ANSWER)
    assert [number for number in range(5) if head(f"/{number}") in known] == [3, 4]


@pytest.mark.parametrize(("status", "line"), [(200, b"200 OK"), (304, b"304 Not Modified")])
def test_an_answer_is_written_whole(status: int, line: bytes) -> None:
    date: Headers = [(b"date", b"today")]
    expected = b"HTTP/1.1 " + line + b"\r\ndate: today\r\netag: x\r\ncontent-length: 2\r\n\r\n{}"
    assert written((status, *ANSWER[1:]), date) == expected
