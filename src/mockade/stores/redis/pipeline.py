"""Commands that go to a Redis together, on a connection that is kept for them."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import redis.asyncio as redis
from hiredis import pack_command
from redis.asyncio.connection import Connection
from redis.exceptions import ResponseError

Command = tuple[str | bytes | int | float, ...]


class Pipeline:
    """Sends commands together and reads their answers, for one caller after the other.

    As redis-py's own pipeline, which asks its pool for a connection and its client for each step every time:
    that takes three times as long as all the rest, and each answer to a client waits for it. Nor does it
    write commands by hiredis, which reads the answers.
    """

    def __init__(self, pool: redis.ConnectionPool) -> None:
        """`pool` tells how to connect; the connection is none of those that it lends."""
        self._pool = pool
        self._connection: Connection = pool.make_connection()  # type: ignore[no-untyped-call]
        self._turn = asyncio.Lock()

    async def execute(self, commands: Sequence[Command], run: str = "") -> list[Any]:
        """What is answered to each; an error that a command met stands in its place.

        `run` is that of the server which they are for (`PinnedPipeline`), empty for any. Raises what redis-py
        raises where the way to the store fails. Nothing is sent again: it may have happened.
        """
        async with self._turn:
            connection = self._connection
            answers = []
            try:
                await self._pool.ensure_connection(connection)  # the store may have been started anew
                self._check_server(run)
                packed = b"".join([pack_command(one) for one in commands])  # type: ignore[arg-type]  # its stub means any length by a tuple of one
                await connection.send_packed_command(packed, check_health=False)
                for _ in commands:
                    try:
                        answers.append(await connection.read_response(disable_decoding=True))
                    except ResponseError as error:
                        answers.append(error)
            finally:
                if len(answers) < len(commands):  # what still comes belongs to these commands
                    await connection.disconnect(nowait=True)
            return answers

    def _check_server(self, run: str) -> None:
        """Look whom it leads to, before anything is sent that is for one server alone."""

    async def close(self) -> None:
        await self._connection.disconnect()
