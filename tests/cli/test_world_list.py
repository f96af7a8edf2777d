"""`mockade world list` and `find`, of one server and of several."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator

import pytest
from click.testing import CliRunner, Result

from mockade.cli.main import main
from mockade.testing import MockServer
from tests.servers import Server
from tests.stores.redis_server import RedisServer, needs_redis


@pytest.fixture
def servers() -> Iterator[tuple[MockServer, MockServer]]:
    with MockServer("meshmap") as one, MockServer("meshmap") as other:
        one.make("here")
        other.make("there")
        yield one, other


@pytest.fixture
def away() -> Iterator[str]:
    """The URL of a server that is not there, on a port that nobody else takes."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"


def run(*words: str, **env: str) -> Result:
    return CliRunner(env={"MOCKADE_URL": None, "MOCKADE_WORLD": None, **env}).invoke(main, ("world", *words))


def urls(*servers: MockServer | str) -> list[str]:
    return [word for one in servers for word in ("--url", one if isinstance(one, str) else one.url)]


def told(result: Result) -> list[tuple[str, str]]:
    """The worlds of the lines, each with its server."""
    return [(line.split()[0], line.rpartition(", at ")[2]) for line in result.stdout.splitlines()]


def test_the_worlds_of_all_servers_are_told_with_where_they_are(
    servers: tuple[MockServer, MockServer],
) -> None:
    one, other = servers
    done = run("list", *urls(one, other, one))
    expected = [("default", one.url), ("here", one.url), ("default", other.url), ("there", other.url)]
    assert (done.exit_code, told(done), done.stderr) == (0, expected, "")
    by_environment = run("list", MOCKADE_URL=f"{one.url} {other.url}")
    assert told(by_environment) == expected
    as_json = [json.loads(line) for line in run("list", "--json", *urls(one, other)).stdout.splitlines()]
    assert [(world["name"], world["server"]) for world in as_json] == expected
    assert {"seed", "rows", "clock", "exchanges", "idle"} <= as_json[0].keys()


def test_a_server_that_is_away_hides_no_other(servers: tuple[MockServer, MockServer], away: str) -> None:
    one, other = servers
    done = run("list", *urls(one, away, other))
    assert done.exit_code == 2
    assert {"here", "there"} <= {name for name, _ in told(done)}
    assert f"No Mockade can be reached at {away}" in done.stderr
    assert one.url not in done.stderr


def test_a_server_that_refuses_is_named(servers: tuple[MockServer, MockServer]) -> None:
    one, _ = servers
    with MockServer("meshmap", token="secret") as closed:
        done = run("list", *urls(one, closed))
        assert (done.exit_code, told(done)[-1]) == (2, ("here", one.url))
        assert f"{closed.url}: The control API asks for a token" in done.stderr
        assert run("list", *urls(closed), "--token", "secret").exit_code == 0


def test_a_world_that_is_on_two_servers_is_told(servers: tuple[MockServer, MockServer]) -> None:
    one, other = servers
    other.make("here")
    for words in (["list"], ["find", "here"]):
        done = run(*words, *urls(one, other))
        assert done.exit_code == 0
        assert f"The world 'here' is on 2 servers, each has its own: {one.url}, {other.url}." in " ".join(
            done.stderr.split()
        )
        assert "default" not in done.stderr, "each server has it, which is no fault"


def test_a_world_is_found_where_it_is_and_not_made(servers: tuple[MockServer, MockServer], away: str) -> None:
    one, other = servers
    assert run("find", "there", *urls(one, other)).stdout == f"{other.url}/@there\n"
    missing = run("find", "nowhere", *urls(one, other))
    assert (missing.exit_code, missing.stdout) == (1, "")
    assert "No server has a world 'nowhere'" in missing.stderr
    assert [len(server.worlds()) for server in servers] == [2, 2]
    found = run("find", "there", *urls(away, other))
    assert (found.exit_code, found.stdout) == (2, f"{other.url}/@there\n")


@needs_redis
def test_a_world_that_servers_share_is_one() -> None:
    redis = RedisServer()
    try:
        with Server("meshmap", "--store", redis.url) as one, Server("meshmap", "--store", redis.url) as other:
            assert one.request("GET", "/@shared/_mockade/v1/state").status_code == 200
            done = run("list", *urls(one.url, other.url))
            assert (done.exit_code, done.stderr) == (0, "")
            assert [name for name, _ in told(done)] == ["default", "shared"] * 2
    finally:
        redis.stop()


@pytest.mark.parametrize("url", ["nonsense", "http://", "http://127.0.0.1:1:2", "http://x/?y"])
def test_a_url_that_is_none_is_told(servers: tuple[MockServer, MockServer], url: str) -> None:
    done = run("list", *urls(servers[0], url))
    assert (done.exit_code, "is no URL of a server" in done.stderr) == (2, True)
    assert len(told(done)) == 2
