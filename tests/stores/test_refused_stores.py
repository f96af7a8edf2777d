"""What keeps a store from being used is said at the start, in a sentence, before anything is served.

`stores/redis/checks.py` looks for most of it.
"""

from __future__ import annotations

import asyncio
import socketserver
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
import redis

from mockade.stores.interface import FORMAT
from tests.balancers import free_ports
from tests.stores.redis_server import RedisServer, needs_redis
from tests.stores.refused import refused
from tests.stores.workers import PatientRedisStore


@pytest.fixture(scope="module")
def server() -> Iterator[RedisServer]:
    """One that listens on a port besides, and has a password for one of its users."""
    server = RedisServer(listens=True)
    client = redis.Redis(unix_socket_path=str(server.socket))
    client.acl_setuser("carol", enabled=True, passwords=["+secret"], keys=["mockade:*"], categories=["+@all"])
    client.close()
    yield server
    server.stop()


@pytest.fixture
def client(server: RedisServer) -> Iterator[redis.Redis]:
    client = redis.Redis(unix_socket_path=str(server.socket))
    client.flushall()
    yield client
    client.close()


@needs_redis
def test_what_is_not_ours_is_left_alone(shop: Path, server: RedisServer, client: redis.Redis) -> None:
    client.set("mockade:cart", "theirs")
    said = refused(shop, server.url)
    assert "holds 'mockade:cart', which is not Mockade's: give another --store-prefix" in said
    client.delete("mockade:cart")
    client.set("mockade:meta", "theirs")
    assert "holds 'mockade:meta', which is not Mockade's" in refused(shop, server.url)
    assert client.get("mockade:meta") == b"theirs"


@needs_redis
def test_worlds_of_another_format_or_of_other_files_are_left_alone(
    shop: Path, server: RedisServer, client: redis.Redis
) -> None:
    client.hset("mockade:meta", mapping={"format": FORMAT + 1, "files": "x"})
    said = refused(shop, server.url)
    assert f"is of format {FORMAT + 1}, and this is {FORMAT}: give this version a --store-prefix" in said
    client.hset("mockade:meta", mapping={"format": FORMAT, "files": "x"})
    client.sadd("mockade:worlds", "default")
    assert "has worlds of other contracts or collections than are served here" in refused(shop, server.url)
    client.hset("mockade:meta", mapping={"format": "what?", "files": "x"})
    assert "holds 'mockade:meta', which is not Mockade's" in refused(shop, server.url)


@needs_redis
@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("redis://carol:wrong@127.0.0.1:{port}/0", "does not let us in"),
        ("redis://nobody:secret@127.0.0.1:{port}/0", "does not let us in"),
        ("rediss://127.0.0.1:{port}/0", "does it speak TLS?"),
        ("redis://127.0.0.1:{port}/99", "(DB index is out of range): name a database that it has, as in /0."),
        ("redis://127.0.0.1:1/0", "cannot be asked"),
        ("unix:///nowhere/redis.sock", "cannot be asked"),
    ],
    ids=[
        "wrong password",
        "unknown user",
        "TLS of a plain server",
        "no such database",
        "nobody",
        "no socket",
    ],
)
def test_a_store_that_cannot_be_asked_is_told_without_its_password(
    url: str, said: str, shop: Path, server: RedisServer
) -> None:
    found = refused(shop, url.format(port=server.port))
    assert said in found
    assert "secret" not in found
    assert "wrong@" not in found


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://127.0.0.1/", "is no address of a store: it begins with redis://, rediss:// or unix://"),
        ("redsi://127.0.0.1/", "Did you mean 'redis'?"),
        ("127.0.0.1:6379", "For example: redis://127.0.0.1:6379/0"),
        ("redis://127.0.0.1:port/0", "is no address that can be used: what follows the host is no port"),
        ("redis://:se/cret@127.0.0.1/0", "in a password / is %2F"),
        ("redis://127.0.0.1:70000/0", "no port from 0 to 65535"),
        ("redis://127.0.0.1/zero", "'/zero' is no number of a database"),
        ("redis://127.0.0.1/0?db=one", "db has to be the number of a database"),
        ("unix://run/redis.sock", "as in unix:///run/redis.sock"),
        ("redis://[::1:6379/0", "an address of IPv6 is in brackets"),
        ("redis://:sec]ret@127.0.0.1:6379/0", "in a password [ is %5B, ] is %5D"),
        ("rediss://[elsewhere]:6379/0", "what stands before the port is no host"),
        ("redis://127.0.0.1/0?decode_responses=yes", "there is no option 'decode_responses'"),
        ("redis://127.0.0.1/0?pasword=se+cret", "Did you mean 'password'?"),
        ("redis://127.0.0.1/0?ssl_ca_certs=ca.pem", "is for addresses that begin with rediss://"),
        ("rediss://127.0.0.1/0?ssl_ca_cert=ca.pem", "Did you mean 'ssl_ca_certs'?"),
        ("rediss://127.0.0.1/0?ssl_ca_certs=", "ssl_ca_certs has to be a file of certificates in PEM"),
        ("rediss://127.0.0.1/0?ssl_ca_certs=none.pem", "ssl_ca_certs=none.pem cannot be read (No such file"),
        ("rediss://127.0.0.1/0?ssl_ca_path=none", "ssl_ca_path=none cannot be read (No such file"),
        ("rediss://127.0.0.1/0?ssl_cert_reqs=perhaps", "ssl_cert_reqs has to be required or none"),
        ("rediss://127.0.0.1/0?ssl_check_hostname=perhaps", "ssl_check_hostname has to be yes or no"),
    ],
)
def test_what_is_no_address_of_a_store_is_refused(url: str, said: str, shop: Path) -> None:
    found = refused(shop, url)
    assert said in found
    assert "secret" not in found
    assert "cret" not in found


@needs_redis
@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--replicaof", "127.0.0.1", "1"), "it follows another server, which is the one to name."),
        (("--min-replicas-to-write", "1"), "waits for replicas that are not there"),
        (("--rename-command", "EVALSHA", ""), "has to have that command by this name"),
        (("--rename-command", "XADD", ""), "has to have all commands by their names"),
        (
            ("--maxmemory", "64mb", "--maxmemory-policy", "allkeys-lfu"),
            "CONFIG SET maxmemory-policy noeviction",
        ),
        (("--maxmemory", "1kb"), "raise its maxmemory, or delete worlds.\n"),
    ],
    ids=["a replica", "no replicas", "no scripts", "no streams", "eviction", "full"],
)
def test_a_store_that_does_not_do_what_it_is_asked_says_what_to_do(
    options: Sequence[str], said: str, shop: Path
) -> None:
    server = RedisServer(*options)
    try:
        assert said in refused(shop, server.url)
    finally:
        server.stop()


@needs_redis
def test_a_node_of_a_cluster_is_told_from_a_server_that_has_all_keys(shop: Path) -> None:
    (bus,) = free_ports(1)
    node = RedisServer("--cluster-enabled", "yes", "--cluster-port", str(bus), listens=True)
    try:
        said = refused(shop, f"redis://127.0.0.1:{node.port}/0")
    finally:
        node.stop()
    assert "is a node of a cluster, and has a part of its keys: give the address of a server" in said
    assert "docs/scaling.md" in said


@needs_redis
def test_a_sentinel_is_told_from_the_server_that_it_watches(shop: Path, tmp_path: Path) -> None:
    (tmp_path / "sentinel.conf").write_text("")
    sentinel = RedisServer("--sentinel", configuration=tmp_path / "sentinel.conf")
    try:
        said = refused(shop, sentinel.url)
    finally:
        sentinel.stop()
    assert "is a Sentinel, which keeps nothing itself: give the address of the server that it watches" in said


@needs_redis
@pytest.mark.parametrize(
    "options",
    [("--maxmemory-policy", "allkeys-lru"), ("--maxmemory", "64mb", "--maxmemory-policy", "volatile-lru")],
    ids=["without a limit", "of what ends by itself"],
)
def test_a_store_that_throws_no_world_away_is_taken(options: Sequence[str]) -> None:
    async def play() -> None:
        store = PatientRedisStore(server.url, "mockade")
        await store.start("files")
        await store.close()

    server = RedisServer(*options)
    try:
        asyncio.run(play())
    finally:
        server.stop()


class _Old(socketserver.StreamRequestHandler):
    """Answers as a server of Redis 6 would, as far as it is asked."""

    def handle(self) -> None:
        while line := self.rfile.readline():
            words = []
            for _ in range(int(line[1:])):
                self.rfile.readline()
                words.append(self.rfile.readline().strip().upper())
            if words[0] == b"INFO":
                info = b"# Server\r\nredis_version:6.2.14\r\n"
                self.wfile.write(b"$%d\r\n%s\r\n" % (len(info), info))
            else:
                self.wfile.write(b"+OK\r\n")


def test_a_server_that_is_too_old_is_told_by_its_version(shop: Path) -> None:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Old) as old:
        old.daemon_threads = True
        threading.Thread(target=old.serve_forever, args=(0.01,), daemon=True).start()
        said = refused(shop, f"redis://127.0.0.1:{old.server_address[1]}/0")
        old.shutdown()
    assert "is version 6.2.14: it has to be Redis 7 or Valkey 7.2 at least." in said
