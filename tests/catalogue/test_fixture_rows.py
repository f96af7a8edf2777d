"""The rows of fixture files, held against the contract."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mockade.errors import SetupError
from tests.contracts import contract, crud
from tests.harness import Mock

Serve = Callable[..., Mock]


def test_fixtures_that_do_not_fit_stop_the_start_with_every_fault_and_its_line(serve: Serve) -> None:
    fixtures = "widgets:\n- {id: w1, name: 3}\n- {id: w2, name: ok}\n- {id: w2, name: ok}\nwidgetz: []"
    with pytest.raises(SetupError) as stopped:
        serve(contract(crud("/widgets")), fixtures)
    told = [str(finding) for finding in stopped.value.findings]
    assert any(
        "fixtures/shop.yaml:2:12" in one and "/name" in one and "specs/shop.yaml:" in one for one in told
    )
    assert any("fixtures/shop.yaml:4" in one and "two rows with the key w2" in one for one in told)
    assert any("fixtures/shop.yaml:5" in one and "Did you mean 'widgets'?" in one for one in told)
