"""The mock that most tests of the control API ask: a shop of widgets."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.contracts import WIDGETS, contract, crud
from tests.harness import Mock


@pytest.fixture
def mock(serve: Callable[..., Mock]) -> Mock:
    return serve(contract(crud("/widgets")), WIDGETS)
