"""`mockade.container`: what it asks of the container, and how what runs in it is driven."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from testcontainers.core import container as testcontainers

from mockade.container import HOME, PORT, MockadeContainer
from mockade.testing import MockServer

LIBRARY = Path(__file__).parents[1] / "examples" / "library"


class Engine:
    """Stands for the client of a container engine: none is asked for."""

    def host(self) -> str:
        return "127.0.0.1"

    def get_connection_mode(self) -> Any:
        return testcontainers.ConnectionMode.docker_host


@pytest.fixture
def container(monkeypatch: pytest.MonkeyPatch) -> MockadeContainer:
    monkeypatch.setattr(testcontainers, "DockerClient", Engine)
    return MockadeContainer("library", home=LIBRARY, options=("--seed", "7"))


def test_it_serves_the_home_that_is_mounted_with_a_token_of_its_own(container: MockadeContainer) -> None:
    assert container._command == ["serve", "library", "--seed", "7"]
    assert container.volumes == {str(LIBRARY): {"bind": HOME, "mode": "ro"}}
    assert list(container.ports) == [str(PORT)]
    assert container.env == {"MOCKADE_TOKEN": container.token}
    assert len(container.token) > 20


def test_it_is_driven_as_a_server_elsewhere_is(
    container: MockadeContainer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with MockServer(LIBRARY, token=container.token) as mock:
        port = int(mock.url.rpartition(":")[2])
        monkeypatch.setattr(container, "get_exposed_port", lambda inner: port if inner == PORT else 0)
        world = container.remote("a-test")
        world.clock.freeze("2026-01-05T12:00:00Z")
        assert world.url == f"{container.url}/@a-test"
        assert len(list(world.state.rows("library", "books"))) == 3


def test_the_example_of_the_page_is_given_the_url_of_its_world(monkeypatch: pytest.MonkeyPatch) -> None:
    page = (Path(__file__).parents[1] / "docs" / "docker.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"^```python\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    monkeypatch.setattr(testcontainers, "DockerClient", Engine)
    monkeypatch.setattr(MockadeContainer, "__enter__", lambda one: one)
    monkeypatch.setattr(MockadeContainer, "__exit__", lambda *_: None)
    monkeypatch.setattr(MockadeContainer, "get_exposed_port", lambda *_: 32768)
    found: dict[str, Any] = {"Client": str}
    exec(block, found)
    assert found["client"] == "http://127.0.0.1:32768/@a-test"
