"""Whether the server that is asked is still the one which told what a world is.

One that was started anew, or took the place of another, may have less than was answered: `everysec` loses a
second, a replica what had not come to it. Versions are counted on from there, so one that a worker knows may
be there again, and be another.
"""

from __future__ import annotations

import re
from collections import OrderedDict

import redis.asyncio as redis
from redis.asyncio.connection import Connection

from mockade.stores.redis.pipeline import Pipeline

MOST_KNOWN = 100_000
"""Worlds of which it is known by whom they were told."""

_RUN = re.compile(rb"^run_id:(\w+)", re.MULTILINE)


class OtherServer(Exception):
    """The connection leads to another run of a server than before."""


class PinnedPipeline(Pipeline):
    """Asks each new connection whom it leads to, and asks nothing that was meant for another.

    `execute` raises OtherServer in its place, also for who waited for his turn while somebody else found out.
    """

    def __init__(self, pool: redis.ConnectionPool) -> None:
        super().__init__(pool)
        self.run = ""
        """Of the server that it leads to, as Redis names it; empty before it is known."""
        self._met = ""
        self._told_by: OrderedDict[str, str] = OrderedDict()
        self._connection.register_connect_callback(self._meet)  # type: ignore[no-untyped-call]

    async def _meet(self, connection: Connection) -> None:
        await connection.send_command("INFO", "server")
        found = _RUN.search(await connection.read_response(disable_decoding=True))
        self._met = found[1].decode() if found else ""

    def _check_server(self, run: str) -> None:
        self.run = self._met
        if run and run != self.run:
            raise OtherServer

    def note(self, epoch: str, run: str) -> None:
        """Know by whom the world of an epoch was told."""
        self._told_by[epoch] = run
        self._told_by.move_to_end(epoch)
        if len(self._told_by) > MOST_KNOWN:
            self._told_by.popitem(last=False)

    def may_ask(self, epoch: str) -> bool:
        """Whether the one that it leads to can know the versions of a world as they are known here."""
        return self._told_by.get(epoch, self.run) == self.run
