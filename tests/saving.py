"""Worlds that are kept in a state file, as the tests of the file and of the saving use them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from mockade.errors import SetupError
from tests.contracts import WIDGETS, contract, crud
from tests.harness import Mock

Serve = Callable[..., Mock]


def shop(serve: Serve) -> Mock:
    return serve(contract(crud("/widgets")), WIDGETS, frozen=False)


def ids(mock: Mock, prefix: str = "") -> list[str]:
    return [row["id"] for row in mock.get(f"{prefix}/widgets").json()]


def refused(start: Callable[[], Any]) -> str:
    with pytest.raises(SetupError) as stopped:
        start()
    return "\n".join(str(finding) for finding in stopped.value.findings)
