"""A mock in a container, for Testcontainers: `with MockadeContainer("rallyhere") as mock:`.

Needs the extra `mockade[testcontainers]`, and the image that the Dockerfile of the checkout makes.
"""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any

from testcontainers.core.container import DockerContainer
from testcontainers.core.wait_strategies import LogMessageWaitStrategy

from mockade.client import Remote

IMAGE = "mockade"
"""The name of the image that `docker build -t mockade .` makes."""

PORT = 6464
HOME = "/apis"
"""Where the image looks for a home."""

READY = "Mockade is ready:"
"""What the server prints when it serves."""


class MockadeContainer(DockerContainer):
    """A container that serves the bundled APIs of these names, or those of `home`; all of them without names.

    `options` are further words of `mockade serve`. It has a token of its own, which `remote` sends by itself.
    `start` returns when it serves, or raises TimeoutError after `patience` seconds.
    """

    def __init__(
        self,
        *names: str,
        home: Path | str | None = None,
        image: str = IMAGE,
        options: tuple[str, ...] = (),
        patience: float = 60.0,
        **arguments: Any,
    ) -> None:
        super().__init__(image, **arguments)
        self.token = secrets.token_urlsafe()
        self.with_command(["serve", *names, *options])
        self.with_env("MOCKADE_TOKEN", self.token)
        self.with_exposed_ports(PORT)
        if home is not None:
            self.with_volume_mapping(str(Path(home).resolve()), HOME, "ro")
        self.waiting_for(LogMessageWaitStrategy(READY).with_startup_timeout(int(patience)))

    @property
    def url(self) -> str:
        """The server's URL, for the system under test."""
        return f"http://{self.get_container_host_ip()}:{self.get_exposed_port(PORT)}"

    def remote(self, world: str = "") -> Remote:
        """A world of it, to be driven: its clock, rows, faults and journal."""
        return Remote(self.url, world, self.token)
