"""Values that suit the names of properties.

Holds `contract/generation/name_makers.py`, `contract/generation/words.py`,
`contract/generation/row_context.py` and `contract/generation/format_values.py` too.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from mockade.contract.generation import words
from tests.contract.generation.test_generator import many

S = {"type": "string"}
I = {"type": "integer"}  # noqa: E741  # beside S it says what it is
N = {"type": "number"}

COUNTRIES = [place.country for place in words.PLACES]
CODES = [place.code for place in words.PLACES]


def rows(folder: Path, **properties: Any) -> list[dict[str, Any]]:
    return many(folder, {"type": "object", "properties": properties, "required": list(properties)}, 12)


@pytest.mark.parametrize(
    ("name", "schema", "expression"),
    [
        ("email", S, r"[a-z.]+@example\.com"),
        ("contactEmail", S, r".+@example\.com"),
        ("url", S, r"https://.*example\.com/.*"),
        ("avatar_url", S, r"https://example\.com/images/.*\.png"),
        ("first_name", S, "|".join(words.FIRST_NAMES)),
        ("lastName", S, "|".join(words.LAST_NAMES)),
        ("title", S, r"[A-Z][a-z]+ [a-z]+"),
        ("description", S, r"The .*\."),
        ("city", S, "|".join(place.city for place in words.PLACES)),
        ("Country", S, "|".join(COUNTRIES)),
        ("country", {**S, "maxLength": 2}, "|".join(CODES)),
        ("country", {**S, "pattern": "^[A-Z]{3}$"}, "|".join(place.code3 for place in words.PLACES)),
        ("currency_code", S, r"[A-Z]{3}"),
        ("locale", S, r"[a-z]{2}-[A-Z]{2}"),
        ("language", S, r"[a-z]{2}"),
        ("price", S, r"\d+\.\d\d"),
        ("hex-color", S, r"#[0-9a-f]{6}"),
        ("color", {**S, "maxLength": 6}, "|".join(words.COLOURS)),
        ("phoneNumber", S, r"\+\d{8,}"),
        ("username", S, r"[a-z]+\d\d"),
        ("id", S, r"[0-9a-f-]{36}"),
        ("id", {**S, "maxLength": 12}, r"[0-9a-f]{12}"),
        ("version", S, r"\d+\.\d+\.\d+"),
        ("ip_address", S, r"(192\.0\.2|198\.51\.100|203\.0\.113)\.\d+"),
        ("access_token", S, r"[A-Za-z0-9]{32}"),
        ("createdAt", S, r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"),
        ("birth_date", S, r"(19|20)\d\d-\d\d-\d\d"),
    ],
)
def test_a_text_suits_its_name_where_the_schema_admits_it(
    tmp_path: Path, name: str, schema: Any, expression: str
) -> None:
    for row in rows(tmp_path, **{name: schema}):
        assert re.fullmatch(expression, row[name]), row


@pytest.mark.parametrize(
    ("name", "schema", "least", "most"),
    [
        ("age", I, 18, 79),
        ("latitude", N, -90, 90),
        ("lng", N, -180, 180),
        ("amount", N, 2, 241),
        ("percentage", N, 1, 100),
        ("item_count", I, 1, 20),
        ("total", I, 20, 400),
        ("year", I, 2024, 2026),
        ("created", {**I, "format": "int64"}, 1_700_000_000, 1_767_614_400),
        ("age", {**I, "maximum": 10}, 0, 10),
    ],
)
def test_a_number_suits_its_name_where_the_schema_admits_it(
    tmp_path: Path, name: str, schema: Any, least: float, most: float
) -> None:
    for row in rows(tmp_path, **{name: schema}):
        assert least <= row[name] <= most


def test_an_option_or_a_pattern_counts_for_more_than_the_name(tmp_path: Path) -> None:
    for row in rows(tmp_path, email={"enum": ["a", "b"]}, city={**S, "pattern": "^[0-9]{4}$"}):
        assert row["email"] in ("a", "b")
        assert row["city"].isdecimal()


def test_the_moments_of_a_row_follow_each_other_and_lie_before_now(tmp_path: Path) -> None:
    for format in ({"format": "date-time"}, {}):
        names = [
            "created_at",
            "startDate",
            "published_at",
            "updated-at",
            "last_seen_at",
            "end_time",
            "deletedAt",
        ]
        texts = {name: {**S, **format, "pattern": "T"} for name in names}
        for row in rows(tmp_path, expires_at={**S, **format}, **texts):
            moments = [row[name] for name in names]
            assert moments == sorted(moments)
            assert moments[-1] <= "2026-01-05T12:00:00Z" <= row["expires_at"]


def test_a_row_s_bounds_and_totals_agree(tmp_path: Path) -> None:
    for row in rows(tmp_path, min=I, max=I, start=I, end=I, count=I, total=I):
        assert row["min"] <= row["max"]
        assert row["start"] <= row["end"]
        assert row["count"] <= row["total"]


def test_a_row_is_about_one_person_in_one_place(tmp_path: Path) -> None:
    for row in rows(
        tmp_path, firstName=S, lastName=S, email=S, fullName=S, city=S, countryCode=S, currency=S
    ):
        assert row["fullName"] == f"{row['firstName']} {row['lastName']}"
        assert row["email"] == f"{row['firstName']}.{row['lastName']}@example.com".lower()
        place = next(one for one in words.PLACES if one.city == row["city"])
        assert (row["countryCode"], row["currency"]) == (place.code, place.currency)


def test_a_name_is_that_of_what_it_names(tmp_path: Path) -> None:
    name = {"type": "object", "properties": {"name": S}, "required": ["name"]}
    for row in rows(tmp_path, user=name, companyName=S, authors={"type": "array", "items": name}, name=S):
        people = [row["user"]["name"], *(one["name"] for one in row["authors"])]
        assert all(person.split()[0] in words.FIRST_NAMES for person in people)
        assert row["companyName"].split()[1] in words.COMPANIES
        assert row["name"].split()[0].lower() in words.ADJECTIVES


def test_a_state_is_a_region_in_an_address(tmp_path: Path) -> None:
    for row in rows(tmp_path, city=S, state=S):
        assert any((one.city, one.region) == (row["city"], row["state"]) for one in words.PLACES)
    assert all(row["state"] in words.STATUSES for row in rows(tmp_path, state=S))


@pytest.mark.parametrize(
    "name", ["next", "next_cursor", "nextPageToken", "@odata.nextLink", "continuationToken"]
)
@pytest.mark.parametrize(
    ("schema", "said"),
    [(S, ""), ({"type": ["string", "null"]}, None), ({"type": ["string", "null"], "format": "uri"}, None)],
)
def test_what_is_made_up_is_the_last_page(
    tmp_path: Path, name: str, schema: dict[str, Any], said: Any
) -> None:
    properties = {"rows": {"type": "array", "items": S}, name: schema}
    assert all(name not in one for one in many(tmp_path, {"type": "object", "properties": properties}, 5))
    assert {one[name] for one in rows(tmp_path, **{name: schema})} == {said}
