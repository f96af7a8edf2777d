"""Rows and collections: how a row's key is found."""

from __future__ import annotations

import pytest

from mockade.state.rows import Collection, Row
from tests.state.widgets import WIDGETS


def test_a_key_is_a_property_or_made_from_the_row() -> None:
    assert WIDGETS.key_of(Row({"id": 7})) == "7"
    made = Collection("pairs", "Pair", key=lambda row: f"{row['a']}/{row['b']}")
    assert made.key_of(Row({"a": 1, "b": 2})) == "1/2"
    with pytest.raises(KeyError):
        WIDGETS.key_of(Row({}))
