"""The socket that a server listens on."""

from __future__ import annotations

import socket

import pytest

from mockade.errors import SetupError
from mockade.server.listener import listen, url_of


def test_a_taken_port_is_a_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SetupError) as caught:
            listen("127.0.0.1", port)
    assert str(caught.value) == (
        f"127.0.0.1:{port}: Port {port} is taken. Stop what listens there, or choose another: --port 0."
    )


@pytest.mark.parametrize("host", ["192.0.2.1", "a" * 64])
def test_a_host_that_is_not_ours_is_a_sentence(host: str) -> None:
    with pytest.raises(SetupError, match="is no address of this machine"):
        listen(host, 0)


@pytest.mark.parametrize(
    ("host", "name"),
    [("0.0.0.0", "127.0.0.1"), ("::", "[::1]"), ("::1", "[::1]"), ("game.test", "game.test")],
)
def test_the_url_is_one_that_a_client_here_can_use(host: str, name: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        assert url_of(listener, host) == f"http://{name}:{listener.getsockname()[1]}"
