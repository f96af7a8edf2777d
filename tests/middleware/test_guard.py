"""Who may control a running server: this machine, whoever has the token where one is asked for, no page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from mockade.server.listener import is_loopback
from tests.servers import Server, read_past

V1 = "/_mockade/v1"
RESET = f"{V1}/worlds/default/reset"
PROBLEM = "application/problem+json"
OPEN = [f"{V1}/health", f"{V1}/ready"]


@pytest.fixture(scope="module")
def local() -> Iterator[Server]:
    """On loopback, without a token, and with every page allowed to call the APIs."""
    with Server("meshmap", "--cors", "*") as one:
        yield one


@pytest.fixture(scope="module")
def exposed() -> Iterator[Server]:
    """On every address of this machine, where a token is made up."""
    with Server("meshmap", "--host", "0.0.0.0", "--quiet", "--cors", "*") as one:
        yield one


@pytest.fixture(scope="module")
def given() -> Iterator[Server]:
    """On loopback, with a token of its user's choice."""
    with Server("meshmap", env={"MOCKADE_TOKEN": "s3cret!"}) as one:
        yield one


def reset(server: Server, headers: dict[str, str] | None = None, path: str = RESET) -> httpx.Response:
    return server.request("POST", path, headers=headers)


def entries(server: Server, headers: dict[str, str] | None = None) -> int:
    return len(server.request("GET", f"{V1}/journal", headers=headers).json()["exchanges"])


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://localhost:1"},
        {"origin": "https://evil.example", "sec-fetch-site": "same-origin"},
    ],
)
def test_a_form_that_a_page_of_another_site_posts_is_refused_and_changes_nothing(
    local: Server, headers: dict[str, str]
) -> None:
    before = entries(local)
    form = {**headers, "content-type": "application/x-www-form-urlencoded"}
    for path in (RESET, f"{V1}/reset", f"/@default{V1}/reset", f"/%40default{V1}/reset"):
        answer = reset(local, form, path)
        assert (answer.status_code, answer.headers["content-type"]) == (403, PROBLEM)
        assert "may not control the mock" in answer.json()["detail"]
    assert entries(local) == before


def test_a_page_of_the_mock_itself_may_control_it(local: Server) -> None:
    headers = {"origin": local.url, "sec-fetch-site": "same-origin", "content-type": "application/json"}
    assert reset(local, headers).status_code == 200
    assert reset(local, {"sec-fetch-site": "none"}).status_code == 200


HOSTS = [
    "evil.example",
    "127.0.0.1.evil.example",
    "localhost.evil.example",
    "notlocalhost",
    "192.168.1.1",
    "0.0.0.0",
    "[::]",
    "[fe80::1]:80",
    "[::1",
    "[not-an-address]",
    "::1",
    "a:b:c",
    "]",
    "localhost:port",
    "localhost[::1]",
    "[::1]x",
    "127.0.0.1@evil.example",
    "evil.example:127.0.0.1",
    "\xff",
]


@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize("path", [RESET, f"{V1}/journal", "/_mockade/docs/", "/_mockade/docs/meshmap/"])
def test_a_host_that_may_have_been_pointed_here_is_refused(local: Server, host: str, path: str) -> None:
    method = b"POST" if path == RESET else b"GET"
    with local.connect() as connection:
        head = b"%s %s HTTP/1.1\r\nHost: %s\r\nContent-Length: 0\r\n\r\n"
        connection.sendall(head % (method, path.encode(), host.encode("latin-1")))
        answer = read_past(connection, b"}")
    # What is no host at all is refused before anybody looks whose it is.
    words = b"is not this machine's own" if answer.startswith(b"HTTP/1.1 403 ") else b"HTTP/1.1 400 "
    assert words in answer, answer


@pytest.mark.parametrize(
    "host",
    [
        *("localhost", "localhost:6464", "LOCALHOST", "localhost.", "app.localhost:1"),
        *("127.0.0.1", "127.0.0.1:80", "127.9.9.9", "[::1]", "[::1]:6464"),
    ],
)
def test_every_name_of_this_machine_itself_is_let_in(local: Server, host: str) -> None:
    assert reset(local, {"host": host}).status_code == 200
    assert local.request("GET", "/_mockade/docs/", headers={"host": host}).status_code == 200


def test_the_apis_answer_under_every_host(local: Server) -> None:
    """A client under test may call its backend by any name."""
    headers = {"x-app-api-key": "meshmap-demo-key", "host": "api.game.example"}
    assert local.request("GET", "/apps/game-sessions", headers=headers).status_code == 200


def token_of(server: Server) -> str:
    (line,) = [line for line in server.lines if line.startswith("Mockade's token: ")]
    return line.removeprefix("Mockade's token: ")


def test_beyond_loopback_a_token_is_made_up_and_told_before_the_ready_line(exposed: Server) -> None:
    assert [line.split(":")[0] for line in exposed.lines[:2]] == ["Mockade's token", "Mockade is ready"]
    assert len(token_of(exposed)) >= 43


def test_two_servers_make_up_two_tokens(exposed: Server) -> None:
    with Server("meshmap", "--host", "0.0.0.0") as other:
        assert token_of(other) != token_of(exposed)


def test_a_token_that_was_given_is_not_printed(given: Server) -> None:
    reset(given, {"x-mockade-token": "s3cret!"})
    reset(given, {"x-mockade-token": "wrong"})
    given.line("401")
    assert not [line for line in given.lines if "s3cret!" in line or "wrong" in line]


@pytest.mark.parametrize("sent", [None, "", "wrong", "s3cret", "s3cret!!", "\xe4"])
@pytest.mark.parametrize("which", ["exposed", "given"])
def test_without_the_token_nothing_is_controlled(
    which: str, sent: str | None, request: pytest.FixtureRequest
) -> None:
    server: Server = request.getfixturevalue(which)
    headers = {} if sent is None else {"x-mockade-token": sent.encode("latin-1")}
    for method, path in (
        ("POST", RESET),
        ("GET", f"{V1}/journal"),
        ("GET", f"{V1}/apis"),
        ("GET", f"{V1}/x"),
    ):
        answer = server.request(method, path, headers=headers)
        if path.endswith("/x"):
            assert answer.status_code == 404
            continue
        assert (answer.status_code, answer.headers["content-type"]) == (401, PROBLEM)
        assert "X-Mockade-Token" in answer.json()["detail"]


@pytest.mark.parametrize("which", ["exposed", "given"])
def test_health_and_readiness_ask_for_no_token(which: str, request: pytest.FixtureRequest) -> None:
    server: Server = request.getfixturevalue(which)
    assert [server.request("GET", path).status_code for path in OPEN] == [200, 200]


def test_with_the_token_any_host_may_control_and_a_web_page_still_may_not(
    exposed: Server, given: Server
) -> None:
    for server, token in ((exposed, token_of(exposed)), (given, "s3cret!")):
        right = {"x-mockade-token": token}
        assert reset(server, right).status_code == 200
        assert reset(server, {**right, "host": "mock.ci.example:80"}).status_code == 200
        assert reset(server, {**right, "origin": "https://evil.example"}).status_code == 403
        assert reset(server, {**right, "sec-fetch-site": "cross-site"}).status_code == 403


@pytest.mark.parametrize("path", [RESET, f"{V1}/reset", f"{V1}/journal", f"/@w{V1}/reset", *OPEN, f"{V1}/x"])
@pytest.mark.parametrize("method", ["OPTIONS", "GET", "POST"])
@pytest.mark.parametrize("which", ["local", "exposed"])
def test_the_control_api_never_answers_a_page_with_cors(
    which: str, method: str, path: str, request: pytest.FixtureRequest
) -> None:
    server: Server = request.getfixturevalue(which)
    asks = {
        "origin": "https://game.example",
        "access-control-request-method": "POST",
        "access-control-request-headers": "x-mockade-token",
    }
    answer = server.request(method, path, headers=asks)
    assert not [name for name in answer.headers if name.startswith("access-control-")]


def test_the_apis_do_answer_those_pages_with_cors(local: Server) -> None:
    headers = {"x-app-api-key": "meshmap-demo-key", "origin": "https://game.example"}
    answer = local.request("GET", "/apps/game-sessions", headers=headers)
    assert answer.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", True),
        ("127.1.2.3", True),
        ("::1", True),
        ("::ffff:127.0.0.1", True),
        ("localhost", True),
        ("", False),
        ("0.0.0.0", False),
        ("::", False),
        ("10.0.0.1", False),
        ("127.0.0.1.evil.example", False),
    ],
)
def test_loopback_is_known(host: str, expected: bool) -> None:
    assert is_loopback(host) is expected


@pytest.mark.parametrize(
    "path", ["/%5fmockade/v1/worlds", "/_%6Dockade/v1/worlds", "/@a/%5fmockade/v1/worlds"]
)
def test_the_control_api_is_the_same_however_its_path_is_written(make_mock: Any, path: str) -> None:
    mock = make_mock("meshmap", cors=("*",))
    answer = mock.get(path)
    assert answer.status_code == 200
    assert "access-control-allow-origin" not in mock.get(path, headers={"origin": "http://x.example"}).headers
    assert mock.get(path, headers={"host": "evil.example"}).status_code == 403
    assert len(mock.world.journal) == 0


def test_a_path_that_only_begins_like_ours_is_the_clients(make_mock: Any) -> None:
    mock = make_mock("meshmap")
    assert mock.get("/_mockadex").headers["x-mockade-exchange"] == "1"


def test_a_page_of_elsewhere_makes_no_worlds(make_mock: Any) -> None:
    mock = make_mock("meshmap")
    headers = {"sec-fetch-site": "cross-site", "x-mockade-world": "evil"}
    assert mock.get("/_mockade/v1/clock", headers=headers).status_code == 403
    assert [world.name for world in mock.worlds] == ["default"]
