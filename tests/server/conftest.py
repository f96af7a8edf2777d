"""A server process for the tests of a module, and one that waits only a fifth of a second."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.servers import Server


@pytest.fixture(scope="module")
def served() -> Iterator[Server]:
    with Server("meshmap") as one:
        yield one


@pytest.fixture(scope="module")
def hasty() -> Iterator[Server]:
    with Server.hosted(patience=0.2) as one:
        yield one
