"""What the suites share: a world of the mock for each test, made by the first request to it.

The mock is the one around the command: `mockade exec … -- pytest examples`.
"""

from __future__ import annotations

import os
import re
from typing import Any

import httpx
import pytest


class World:
    """One test's own world: what others do in theirs it does not see."""

    def __init__(self, name: str) -> None:
        self._server = os.environ["MOCKADE_URL"]
        self._base = f"{self._server}/@{name}"

    def url(self, api: str) -> str:
        """What stands before the paths of an API's contract, in this world."""
        return os.environ[f"MOCKADE_{api.upper()}_URL"].replace(self._server, self._base)

    def sleep(self, seconds: float) -> None:
        """Move the world's clock: a client that waits by it takes no time."""
        self.control("POST", "clock/advance", {"by": f"{seconds:g}s"})

    def control(self, method: str, path: str, body: Any) -> Any:
        """Ask the mock's control API for something about this world."""
        answer = httpx.request(method, f"{self._base}/_mockade/v1/{path}", json=body)
        answer.raise_for_status()
        return answer.json()


@pytest.fixture
def world(request: pytest.FixtureRequest) -> World:
    return World(re.sub(r"[^a-z0-9]+", "-", request.node.name.lower()).strip("-")[:60])
