"""A body is waited for, but not without end: for each piece, and for the whole.

The clock of the loop is the test's own: no second passes here.
"""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from mockade.errors import EngineRefusal
from mockade.middleware.receiving import LONGEST, ClientGone, receive_body

SCOPE = {"type": "http", "headers": [(b"transfer-encoding", b"chunked")]}
PATIENCE = 10.0


class SteppedLoop(asyncio.SelectorEventLoop):
    """An event loop whose clock stands still until it is moved."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0

    def time(self) -> float:
        return self.now


class Client:
    """Sends a body of single bytes, each so many seconds after the one before."""

    def __init__(self, loop: SteppedLoop, pieces: int, seconds: float) -> None:
        self._loop = loop
        self._left = pieces
        self._seconds = seconds

    async def receive(self) -> dict[str, Any]:
        self._loop.now += self._seconds
        await asyncio.sleep(0)  # what is due by then happens first
        await asyncio.sleep(0)
        self._left -= 1
        return {"type": "http.request", "body": b"x", "more_body": self._left > 0}


def body_of(pieces: int, seconds: float) -> tuple[bytes | str, float]:
    """The body that is received, or why it is refused, and how many seconds it took."""
    with asyncio.Runner(loop_factory=SteppedLoop) as runner:
        loop = runner.get_loop()
        assert isinstance(loop, SteppedLoop)
        client = Client(loop, pieces, seconds)
        try:
            found: bytes | str = runner.run(receive_body(SCOPE, client.receive, most=1000, patience=PATIENCE))
        except EngineRefusal as refusal:
            found = str(refusal)
        return found, loop.now


def test_a_body_whose_pieces_come_in_time_is_received() -> None:
    assert body_of(LONGEST, 0.9 * PATIENCE) == (b"x" * LONGEST, LONGEST * 0.9 * PATIENCE)


def test_a_piece_that_does_not_come_in_time_is_not_waited_for() -> None:
    found, seconds = body_of(2, 1.1 * PATIENCE)
    assert found == "408 body_timeout: The rest of the body did not come within 10 s."
    assert seconds == 1.1 * PATIENCE


@pytest.mark.parametrize("share", [0.9, 0.5, 0.1])
def test_a_whole_body_is_not_waited_for_without_end_though_each_piece_comes_in_time(share: float) -> None:
    step = share * PATIENCE
    found, seconds = body_of(900, step)
    assert found == "408 body_timeout: The rest of the body did not come within 50 s."
    assert LONGEST * PATIENCE <= seconds <= LONGEST * PATIENCE + step


def test_a_client_that_hangs_up_is_not_answered() -> None:
    async def hung_up() -> dict[str, Any]:
        return {"type": "http.disconnect"}

    with pytest.raises(ClientGone):
        asyncio.run(receive_body(SCOPE, hung_up, most=10, patience=PATIENCE))
