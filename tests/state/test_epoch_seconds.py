"""Date-times as handlers compare them (`state/clock.py`)."""

from __future__ import annotations

import pytest

from mockade.handling import epoch_seconds

DAY = 86_400.0


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1970-01-01T00:00:01Z", 1.0),
        ("1970-01-01t02:00:01.5+02:00", 1.5),
        ("2016-12-31T23:59:60Z", 1_483_228_800.0),
        ("9999-12-31T23:59:59-23:59", 253_402_387_139.0),
    ],
)
def test_a_date_time_of_a_contract_is_seconds_since_1970(text: str, seconds: float) -> None:
    assert epoch_seconds(text) == seconds


def test_the_year_before_the_first_is_one_of_366_days() -> None:
    first = epoch_seconds("0001-01-01T00:00:00Z")
    assert epoch_seconds("0000-01-01T00:00:00Z") == first - 366 * DAY
    assert epoch_seconds("0000-12-31T23:59:60+00:00") == first


@pytest.mark.parametrize("text", ["2026-01-05T12:00:00", "2026-01-05", "0000-01-05T12:00:00"])
def test_what_says_no_offset_is_the_time_of_no_machine(text: str) -> None:
    with pytest.raises(ValueError, match="says no offset from UTC"):
        epoch_seconds(text)
