"""A mock of the API that a test module is named after: tests/apis/test_<api>_<subject>.py."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.apis.behaviours import switched
from tests.harness import Mock


@pytest.fixture
def api(request: pytest.FixtureRequest) -> str:
    return str(request.module.__name__).rpartition(".")[2].split("_")[1]


@pytest.fixture
def mock(make_mock: Callable[..., Mock], api: str) -> Mock:
    return make_mock(api)


@pytest.fixture
def switched_mock(make_mock: Callable[..., Mock], home: Callable[..., Path], api: str) -> Callable[..., Mock]:
    """Makes a mock of a home whose fixture file sets these switches."""
    return lambda **values: make_mock(api, home=home(fixtures=switched(api, **values)))
