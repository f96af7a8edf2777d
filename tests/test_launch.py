"""Starting a server: APIs and port, and the findings of both at once."""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from mockade.errors import Finding, Place, SetupError
from mockade.launch import load, prepare, take_port
from mockade.server import uvicorn_server
from tests.servers import NO_TLS


def test_what_is_loaded_is_served_on_a_port_in_a_thread() -> None:
    launch, port = prepare(["meshmap"], None, "127.0.0.1", 0, seed=7)
    assert (list(launch.apis), launch.settings.seed, launch.generated_token) == (["meshmap"], 7, "")
    app, worlds = launch.app()
    thread = launch.thread(app, port)
    thread.start()
    try:
        assert httpx.get(f"{port.url}/_mockade/v1/ready", verify=NO_TLS).json() == {
            "status": "ready",
            "apis": ["meshmap"],
        }
    finally:
        thread.stop()
    assert [world.name for world in worlds] == ["default"]


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "game.example"])
def test_beyond_loopback_a_token_is_made_up_unless_one_is_given(host: str) -> None:
    first, second = (load(["meshmap"], None, host) for _ in range(2))
    assert first.settings.token == first.generated_token != second.generated_token
    assert len(first.generated_token) > 30
    given = load(["meshmap"], None, host, token="mine")
    assert (given.settings.token, given.generated_token) == ("mine", "")


def test_a_port_is_given_back_when_the_files_do_not_fit(home: Callable[..., Path]) -> None:
    with take_port("127.0.0.1", 0).listener as free:
        port = free.getsockname()[1]
    folder = home(specs={"broken.yaml": "openapi: [\n"})
    with pytest.raises(SetupError, match="broken"):
        prepare([], folder, "127.0.0.1", port)
    socket.create_server(("127.0.0.1", port)).close()


def test_a_taken_port_and_an_api_that_is_not_there_are_told_together() -> None:
    with take_port("127.0.0.1", 0).listener as taken, pytest.raises(SetupError) as caught:
        prepare(["meshmpa"], None, "127.0.0.1", taken.getsockname()[1])
    messages = [finding.message for finding in caught.value.findings]
    assert [message.split(" ")[0] for message in messages] == ["Port", "There"]


def test_nobody_can_connect_before_contracts_fixtures_and_state_are_read() -> None:
    launch, port = prepare(["meshmap"], None, "127.0.0.1", 0)
    address = port.listener.getsockname()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(address)
    app, _ = launch.app()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(address)
    thread = launch.thread(app, port)
    thread.start()
    try:
        socket.create_connection(address).close()
    finally:
        thread.stop()


def test_a_server_whose_port_another_one_came_to_listen_on_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def taken(_listener: socket.socket) -> None:
        raise SetupError([Finding(Place("127.0.0.1:1"), "Port 1 is taken.")])

    monkeypatch.setattr(uvicorn_server, "start_listening", taken)
    launch, port = prepare(["meshmap"], None, "127.0.0.1", 0)
    app, _ = launch.app()
    thread = launch.thread(app, port)
    with pytest.raises(SetupError, match="Port 1 is taken"):
        thread.start()
    thread.stop()
