"""The rights of a store's user: those on the page are enough, none is too many (`stores/redis/rights.py`)."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from mockade.stores.interface import Behind, Commit, Committed, Entry, StoreError
from mockade.stores.redis import scripts
from mockade.stores.redis.rights import ASKED, IN_SCRIPTS
from tests.servers import Server as ServerProcess
from tests.servers import until
from tests.stores.redis_server import RedisServer, needs_redis
from tests.stores.refused import refused
from tests.stores.workers import PatientRedisStore

PASSWORD = "s3cret"
PAGE = Path(__file__).parents[3] / "docs" / "scaling.md"


def documented() -> list[str]:
    """What follows `ACL SETUSER` on the page."""
    found = re.search(r"^ACL SETUSER mockade (.*)$", PAGE.read_text("utf-8"), re.MULTILINE)
    assert found
    return found[1].replace(">password", f">{PASSWORD}").split()


COMMANDS = [word[1:] for word in documented() if word[0] == "+"]


class Server(RedisServer):
    """A redis-server with a user of that name, whose password is PASSWORD."""

    @property
    def url(self) -> str:
        return f"unix://mockade:{PASSWORD}@{self.socket}"

    def allow(self, *rules: str) -> None:
        """Have the user anew, and nothing said of whom it refused."""
        with redis.Redis(unix_socket_path=str(self.socket)) as client:
            client.execute_command("ACL", "DELUSER", "mockade")
            client.execute_command("ACL", "SETUSER", "mockade", *rules)
            client.acl_log_reset()
            client.flushall()

    def refusals(self) -> set[str]:
        """What the user was not allowed to, but for what redis-py asks of its own accord."""
        with redis.Redis(unix_socket_path=str(self.socket)) as client:
            return {one["object"] for one in client.acl_log()} - {"client|setinfo"}


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    server = Server()
    yield server
    server.stop()


async def asked_all(store: PatientRedisStore) -> None:
    """All that workers ask of a store, and each way through its scripts."""
    await store.start("files")
    assert await store.delete("w") is False
    made = await store.create("w", b"baseline", [b"1"])
    assert made is not None
    assert await store.names() == ["w"]

    def commit(version: int, *changes: bytes, **facts: bool) -> Commit:
        return Commit("w", made.epoch, version, changes, 1, "me", **facts)

    assert await store.commit([commit(1, b"2", b"3")]) == [Committed(1, 1)]
    assert await store.commit([commit(1, b"2", was_overtaken=True)]) == [Behind([b"2", b"3"])]
    assert await store.commit([commit(3, b"4"), commit(4)]) == [Committed(2, 2), Committed(3, 3)]
    await store.keep_snapshot("w", made.epoch, 4, b"snapshot")
    assert (await store.load("w")) is not None
    await store.keep_snapshot("w", made.epoch, 1500, b"snapshot")  # so late that the log is cut
    assert await store.claim("w", "queue", "me", 1.0)
    await store.release("w", "queue", "me")
    await store.add_entries("w", made.epoch, [Entry(1, b"entry")], 10, 1)
    assert (await store.entries_after("w", made.epoch, ""))[0] == [Entry(1, b"entry")]
    assert (await store.numbers("w", made.epoch)).last == 3
    assert await store.delete_idle(-1, "default") == ["w"]


def asked(server: Server) -> None:
    async def play() -> None:
        store = PatientRedisStore(server.url, "mockade")
        try:
            await asked_all(store)
        finally:
            await store.close()

    asyncio.run(play())


@needs_redis
def test_the_rights_on_the_page_are_enough(server: Server) -> None:
    server.allow(*documented())
    asked(server)
    assert server.refusals() == set()


@needs_redis
@pytest.mark.parametrize("missing", COMMANDS)
def test_a_right_that_is_missing_is_named_at_the_start(missing: str, server: Server) -> None:
    server.allow(*documented(), f"-{missing}")
    with pytest.raises(StoreError) as found:
        asked(server)
    assert missing.replace("|", " ") in str(found.value).lower().replace("|", " ")
    assert server.refusals() <= {missing}, "nothing else was tried in vain"


@needs_redis
@pytest.mark.parametrize(
    ("rules", "said"),
    [
        (("resetkeys", "~other:*"), "HSET, MEMORY USAGE, SCARD, SET"),
        (("resetkeys", "%R~mockade:*"), "HSET"),
        (("-evalsha", "-info"), "docs/scaling.md has the rights that it has to have"),
        (("-del", "-xtrim"), "DEL, XTRIM with keys that begin with 'mockade:'. Give the user these rights"),
        ((">another", f"<{PASSWORD}"), "does not let us in"),
        (("off",), "does not let us in"),
    ],
    ids=["other keys", "keys that are only read", "commands", "commands of scripts", "password", "off"],
)
def test_a_user_who_may_not_keep_worlds_is_told_before_anything_is_served(
    rules: tuple[str, ...], said: str, server: Server, shop: Path
) -> None:
    server.allow(*documented(), *rules)
    found = refused(shop, server.url)
    assert said in found
    assert f"The store at unix://mockade:***@{server.socket}" in found
    assert "Start one" not in found


def test_what_scripts_run_is_what_rights_are_asked_for() -> None:
    run = {name for one in scripts.ALL for name in re.findall(r"redis\.call\('(\w+)'", one.text)}
    assert run == {words[0] for words in IN_SCRIPTS}
    asked_for = {one[0] for one in (*ASKED, *IN_SCRIPTS)}
    assert {name.partition("|")[0].upper() for name in COMMANDS} == asked_for


@needs_redis
@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="this system has no /proc")
def test_no_argument_no_line_and_no_answer_has_the_password(server: Server, shop: Path) -> None:
    server.allow(*documented())
    environment = {"MOCKADE_STORE": server.url}
    with ServerProcess("-v", "--home", str(shop), "--workers", "2", env=environment) as served:
        assert served.request("GET", "/widgets").status_code == 200
        processes = [served.process.pid, *children(served.process.pid)]
        assert len(processes) >= 3
        for pid in processes:
            assert PASSWORD.encode() not in Path(f"/proc/{pid}/cmdline").read_bytes()
        server.allow("off")
        with redis.Redis(unix_socket_path=str(server.socket)) as client:
            client.client_kill_filter(_type="normal", skipme=True)
        until(lambda: served.request("GET", "/widgets").status_code == 503)
        refusal = served.request("GET", "/widgets")
        assert "mockade:***@" in refusal.text
        assert PASSWORD not in refusal.text
        _, errors = served.stop()
    assert PASSWORD not in "\n".join([*served.lines, errors])


def children(pid: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()]
