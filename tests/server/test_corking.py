"""An answer goes out in one write, and nothing that was written stays behind."""

from __future__ import annotations

import asyncio
from typing import Any

from mockade.server.corking import CorkedTransport


class Line:
    """A transport that records its calls."""

    def __init__(self) -> None:
        self.calls: list[Any] = []

    def write(self, data: bytes) -> None:
        self.calls.append(data)

    def writelines(self, pieces: Any) -> None:
        self.calls.append(b"".join(pieces))

    def close(self) -> None:
        self.calls.append("closed")

    def is_closing(self) -> bool:
        return "closed" in self.calls


def calls_of(act: Any) -> list[Any]:
    """The calls of the transport in this turn of the loop and the next, by what `act` does."""
    line = Line()

    async def turn() -> None:
        act(CorkedTransport(line, asyncio.get_running_loop()))  # type: ignore[arg-type]  # as far as it is asked
        line.calls.append("next turn")
        await asyncio.sleep(0)

    asyncio.run(turn())
    return line.calls


def test_a_head_goes_out_with_the_body_that_follows_it() -> None:
    def answer(line: CorkedTransport) -> None:
        line.write(b"head ")
        line.write(b"body")

    assert calls_of(answer) == [b"head body", "next turn"]


def test_a_head_whose_body_has_none_goes_out_at_once() -> None:
    def answer(line: CorkedTransport) -> None:
        line.write(b"head")
        line.write(b"")

    assert calls_of(answer) == [b"head", "next turn"]


def test_what_waits_for_the_next_turn_is_not_written_to_who_hung_up() -> None:
    def answer(line: CorkedTransport) -> None:
        line.write(b"piece")
        line._transport.close()  # as when the client resets the connection

    assert calls_of(answer) == ["closed", "next turn"]


def test_a_head_that_nothing_follows_goes_out_in_the_next_turn() -> None:
    assert calls_of(lambda line: line.write(b"head")) == ["next turn", b"head"]


def test_what_is_held_goes_out_before_the_connection_closes() -> None:
    def answer(line: CorkedTransport) -> None:
        line.write(b"head")
        line.close()
        assert line.is_closing()

    assert calls_of(answer) == [b"head", "closed", "next turn"]


def test_nothing_written_is_nothing_sent() -> None:
    assert calls_of(lambda line: line.write(b"")) == ["next turn"]


def test_a_long_answer_keeps_its_order() -> None:
    def answer(line: CorkedTransport) -> None:
        for piece in (b"head ", b"one ", b"two ", b"three"):
            line.write(piece)

    assert calls_of(answer) == [b"head one ", b"two three", "next turn"]
