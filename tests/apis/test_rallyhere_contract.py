"""Our RallyHere contract says what the vendor's published one says, but for a short list of differences."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from typing import Any

import pytest

from tests.apis.behaviours import PAGES
from tests.apis.rallyhere_facts import TABLE, facts_of, leaves, operations, ours, permissions_of
from tests.harness import Mock

NO_TAG_YET = "Promised by the vendor's text on if-none-match, and missing from its list of responses."
UNKNOWN = (
    "The vendor's client expects a 404 of a read that lists none; so it is said wherever a key is asked."
)
SEMVER = "The vendor's text calls it a semantic version; only the session that keeps it types it so."

TAGGED = (
    "get_all_queue_info_v2",
    "get_instance_request_template",
    "get_match_making_profile_v2",
    "get_match_making_templates_v2",
    "get_platform_session_info",
    "get_player_sessions_by_uuid",
    "get_player_sessions_by_uuid_v2",
    "get_player_sessions_self",
    "get_all_session_templates",
    "get_session_by_allocation_id",
    "get_session_by_id",
    "get_session_template_by_type",
)
KEYED = (
    "clear_specific_deserter",
    "create_instance_request",
    "delete_browser_info",
    "delete_session",
    "end_instance",
    "generate_session_short_code",
    "get_instance_request_template",
    "get_match_making_profile_v2",
    "get_match_making_templates_v2",
    "get_player_in_session",
    "get_players_in_session",
    "get_session_by_allocation_id",
    "get_session_by_id",
    "get_session_template_by_type",
    "get_specific_deserter_config",
    "instance_health_check",
    "join_queue",
    "post_browser_info",
    "swap_players_in_session",
    "update_browser_info",
    "update_instance_info",
    "update_session_by_id",
    "update_team_by_id",
)

DIFFERENCES: Mapping[str, str] = {
    **{f"operations / {name} / responses / 304": NO_TAG_YET for name in TAGGED},
    **{f"operations / {name} / responses / 404": UNKNOWN for name in KEYED},
    "operations / get_player_sessions_self / permissions": (
        "The vendor names only the one; `session:*` is taken to stand above it, as everywhere else."
    ),
    "operations / get_epic_voice_join_token_me / permissions": (
        "The vendor names only the one; `session:*` is taken to stand above it, as everywhere else."
    ),
    "components / SessionPlayer / properties / version / format": SEMVER,
    "components / ClientSettings / properties / platform_id": (
        "One beside `platform` is ignored, so any number is taken there; alone it must be one that is listed."
    ),
}
"""What differs, and all below it, with the reason. What is not listed here must be as the vendor has it."""


@cache
def table() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(TABLE.read_text(encoding="utf-8"))
    return found


@cache
def differing() -> frozenset[str]:
    """The ways to all facts that one of the two has and the other has not, or has otherwise."""
    theirs = table()
    wanted = {operation["operationId"] for _, _, operation, _ in operations(ours())}
    rows = ours()["components"]["schemas"].keys() & theirs["components"].keys()
    mine = facts_of(ours(), wanted, named=theirs["components"], besides=rows)
    # A component that only we reach is told by the fact that reaches it; the same goes for theirs.
    components = theirs["components"].keys() & mine["components"].keys()
    sides = [
        dict(
            leaves(
                {
                    "operations": side["operations"],
                    "components": {name: side["components"][name] for name in components},
                }
            )
        )
        for side in (theirs, mine)
    ]
    absent = object()
    return frozenset(
        way
        for way in sides[0].keys() | sides[1].keys()
        if sides[0].get(way, absent) != sides[1].get(way, absent)
    )


def _is_below(way: str, listed: str) -> bool:
    return way == listed or way.startswith(f"{listed} / ")


def test_every_operation_is_one_of_the_vendors() -> None:
    mine = {operation["operationId"] for _, _, operation, _ in operations(ours())}
    assert mine == table()["operations"].keys(), "take the table anew (tests/apis/rallyhere_facts.py)"


def test_what_is_not_listed_as_different_is_as_the_vendor_has_it() -> None:
    unlisted = [way for way in differing() if not any(_is_below(way, one) for one in DIFFERENCES)]
    assert sorted(unlisted) == []


@pytest.mark.parametrize("listed", DIFFERENCES)
def test_every_listed_difference_is_there_and_has_its_reason(listed: str) -> None:
    assert any(_is_below(way, listed) for way in differing())
    assert DIFFERENCES[listed]


def test_what_we_do_not_have_is_named_on_the_vendors_page() -> None:
    page = (PAGES / "rallyhere.md").read_text(encoding="utf-8")
    section = page.partition("## What the vendor has and Mockade has not")[2]
    assert re.findall(r"^- `(.+)`$", section, re.MULTILINE) == table()["others"]


def test_every_operation_is_in_the_pages_table_with_what_it_asks_for_and_is_known_from(mock: Mock) -> None:
    page = (PAGES / "rallyhere.md").read_text(encoding="utf-8")
    found = re.findall(r"^\| `([A-Z]+ /.+?)` \| .+? \| (.+?) \| .+? \| (\w+) \|$", page, re.MULTILINE)
    rows = {operation: (asked, mark) for operation, asked, mark in found}
    made_up = {key for key, one in mock.apis["rallyhere"].answerers.items() if one.kind == "generated"}
    for method, path, operation, _ in operations(ours()):
        asks, mark = rows[f"{method} {path}"]
        assert set(re.findall(r"`(.+?)`", asks)) == permissions_of(operation) - {"session:*"}
        known = operation.get("x-provenance", "documented")
        assert mark == ("generated" if operation["operationId"] in made_up else known)
        assert ("voip" in path) is (operation["operationId"] in made_up)
