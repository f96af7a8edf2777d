"""The rows that an API starts with, written out as a fixture file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mockade.app import served_apis
from mockade.catalogue.files import find_files
from mockade.catalogue.loading import load_apis
from mockade.catalogue.starting.document import fixture_document
from mockade.contract.yaml_writer import yaml_text
from mockade.settings import Settings
from tests.catalogue.starting.test_rows import everything, game
from tests.contracts import contract, crud


def tables(home: Path, **settings: Any) -> dict[str, list[str]]:
    return everything(served_apis(load_apis(find_files(home)), Settings(**settings)).baseline.state)


@pytest.mark.parametrize(
    "fixtures", [None, "rows: 4\nplayers: [{id: p_00000001, name: A, clan: {id: 1}, friend_ids: []}]"]
)
def test_what_was_written_out_loads_again_and_is_the_same_rows(
    home: Callable[..., Path], fixtures: str | None
) -> None:
    folder = home(specs={"shop.yaml": game()})
    if fixtures is not None:
        home(fixtures={"shop.yaml": fixtures})
    before = tables(folder, seed=7, rows=5)
    (api,) = load_apis(find_files(folder)).values()
    text = yaml_text(fixture_document(api.starting_plan(5), 7))
    home(fixtures={"shop.yaml": text})
    assert {name: rows for name, rows in tables(folder).items() if rows} == before
    assert len(before) == 5


def test_a_collection_that_starts_empty_is_there_to_be_filled(home: Callable[..., Path]) -> None:
    (api,) = load_apis(find_files(home(specs={"shop.yaml": contract(crud("/widgets"))}))).values()
    assert fixture_document(api.starting_plan(0), 0) == {"widgets": []}
