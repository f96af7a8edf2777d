"""The socket that a server listens on."""

from __future__ import annotations

import asyncio
import socket

import pytest

from mockade.errors import SetupError
from mockade.server.listener import accepting, bind, start_listening, url_of


def test_a_taken_port_is_a_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SetupError) as caught:
            bind("127.0.0.1", port)
    assert str(caught.value) == (
        f"127.0.0.1:{port}: Port {port} is taken. Stop what listens there, or choose another: --port 0."
    )


@pytest.mark.parametrize("host", ["192.0.2.1", "a" * 64])
def test_a_host_that_is_not_ours_is_a_sentence(host: str) -> None:
    with pytest.raises(SetupError, match="is no address of this machine"):
        bind(host, 0)


@pytest.mark.parametrize(
    ("host", "name"),
    [("0.0.0.0", "127.0.0.1"), ("::", "[::1]"), ("::1", "[::1]"), ("game.test", "game.test")],
)
def test_the_url_is_one_that_a_client_here_can_use(host: str, name: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        assert url_of(listener, host) == f"http://{name}:{listener.getsockname()[1]}"


def test_a_port_is_taken_at_once_and_nobody_can_connect_before_it_is_listened_on() -> None:
    with bind("127.0.0.1", 0) as listener:
        address = listener.getsockname()
        with pytest.raises(SetupError, match="is taken"):
            bind(*address)
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(address)
        start_listening(listener)
        socket.create_connection(address).close()
        with pytest.raises(SetupError, match="is taken"):
            bind(*address)


def test_a_port_can_be_had_again_right_after_a_server_that_hung_up_on_its_clients() -> None:
    with bind("127.0.0.1", 0) as listener:
        address = listener.getsockname()
        start_listening(listener)
        with socket.create_connection(address) as client:
            served, _ = listener.accept()
            served.close()  # the side that closes first keeps the connection for a while
            assert client.recv(1) == b""
    with bind(*address) as again:
        start_listening(again)
        socket.create_connection(address).close()


def test_who_comes_to_listen_second_is_told() -> None:
    with bind("127.0.0.1", 0) as first, socket.socket() as second:
        first.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        second.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            second.bind(first.getsockname())
        except OSError:
            pytest.skip("this system lets no second socket have the port")
        start_listening(first)
        with pytest.raises(SetupError, match="is taken"):
            start_listening(second)


@pytest.mark.parametrize("loop", ["uvloop", "asyncio"])
def test_who_comes_at_once_is_accepted_within_a_few_turns_of_the_loop(loop: str) -> None:
    async def turns(listener: socket.socket) -> int:
        accepted: list[asyncio.Protocol] = []

        class Accepted(asyncio.Protocol):
            def connection_made(self, _: asyncio.BaseTransport) -> None:
                accepted.append(self)

        start_listening(listener)
        running = asyncio.get_running_loop()
        servers = [await running.create_server(Accepted, sock=one) for one in accepting(listener)]
        clients = [socket.create_connection(listener.getsockname()) for _ in range(64)]
        taken = 0
        while len(accepted) < len(clients):
            await asyncio.sleep(0)
            taken += 1
        for one in (*clients, *servers):
            one.close()
        return taken

    factory = pytest.importorskip(loop).new_event_loop
    with bind("127.0.0.1", 0) as listener, asyncio.Runner(loop_factory=factory) as runner:
        assert runner.run(turns(listener)) <= 16  # where one comes a turn, it is 64
