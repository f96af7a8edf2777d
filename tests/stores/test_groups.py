"""Worlds over several stores, as the page says: each is with one group, and is away with its store alone."""

from __future__ import annotations

import shlex
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import redis

from tests.balancers import EXAMPLES, Balancer, free_ports, program, with_ports
from tests.servers import NO_TLS, TOO_LONG, until
from tests.stores.redis_server import RedisServer, needs_redis
from tests.test_scaling import KEY, SESSIONS, Shell, console

WORLDS = [f"world-{number}" for number in range(12)]


class Groups(Shell):
    """Knows lines that start stores, and a balancer with another file, besides."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.stores: dict[int, RedisServer] = {}
        """By the ports that the page shows."""

    def run(self, line: str) -> str:
        match shlex.split(line):
            case ["redis-server", "--bind", "127.0.0.1", "--port", port, "--save", "", "&"]:
                (self.ports[int(port)],) = free_ports(1)
                self.stores[int(port)] = RedisServer("--port", str(self.ports[int(port)]))
            case ["sed", *words, "examples/scaling/haproxy.cfg", ">", name]:
                text = subprocess.check_output(["sed", *words, str(EXAMPLES / "haproxy.cfg")], text=True)
                (self._folder / name).write_text(text, "utf-8")
            case ["haproxy", "-f", name, "&"]:
                text = (self._folder / name).read_text("utf-8")
                self._running.append(Balancer("haproxy", self._folder, self.ports, lambda _: text))
            case _:
                return super().run(line)
        return ""

    def close(self) -> None:
        super().close()
        for store in self.stores.values():
            store.stop()


@pytest.fixture
def groups(tmp_path: Path) -> Iterator[Groups]:
    program("haproxy")
    one = Groups(tmp_path)
    yield one
    one.close()


@needs_redis
def test_each_of_several_stores_has_a_part_of_the_worlds_as_the_page_says(groups: Groups) -> None:
    for line, below in console("Several stores"):
        told = groups.run(line)
        assert not below or told == below, line
    assert Counter(line.partition(" ")[0] for line in told.splitlines()) == {"default": 2, "arena": 1}
    with httpx.Client(
        base_url=with_ports("http://127.0.0.1:6464", groups.ports), verify=NO_TLS, timeout=TOO_LONG
    ) as client:

        def status(world: str) -> int:
            return client.get(f"/@{world}{SESSIONS}", headers=KEY).status_code

        assert {status(world) for world in WORLDS} == {200}
        homes = {shown: names(store) & set(WORLDS) for shown, store in groups.stores.items()}
        first, second = homes.values()
        assert first
        assert second
        assert (first | second, first & second) == (set(WORLDS), set())
        gone = groups.stores[min(groups.stores)]
        gone.kill()
        until(lambda: {status(world) for world in first} == {503})
        assert {status(world) for world in second} == {200}
        gone.start()
        until(lambda: {status(world) for world in WORLDS} == {200})
        assert names(gone) & set(WORLDS) == first, "they stayed with their group"


def names(store: RedisServer) -> set[str]:
    """The worlds that it has."""
    with redis.Redis(unix_socket_path=str(store.socket)) as client:
        return {name.decode() for name in client.smembers("mockade:worlds")}
