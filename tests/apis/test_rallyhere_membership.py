"""The pure rules of who fits where."""

from __future__ import annotations

from typing import Any

import pytest

from mockade.apis.rallyhere.compatibility import accepts, misfit, platform_of, same_version
from mockade.apis.rallyhere.membership import has_room


def player(uuid: str, **fields: Any) -> dict[str, Any]:
    return {"player_uuid": uuid, "status": "member", "version": "1.0.0", **fields}


@pytest.mark.parametrize(
    ("settings", "platform"),
    [
        ({"platform": "Epic", "platform_id": 5}, "Epic"),
        ({"platform_id": 5}, "Steam"),
        ({"platform_id": 10}, "XboxLive"),
        ({}, None),
    ],
)
def test_a_platforms_name_wins_over_its_number(settings: dict[str, Any], platform: str | None) -> None:
    assert platform_of(settings) == platform


@pytest.mark.parametrize(
    ("one", "other", "exact", "same"),
    [
        ("1.0.0", "1.9.0", False, True),
        ("1.0.0", "2.0.0", False, False),
        ("1.0.0", "1.0.0+x", True, False),
        ("12.0.0", "1.0.0", False, False),
    ],
)
def test_versions_fit_by_major_number_or_to_the_letter(one: str, other: str, exact: bool, same: bool) -> None:
    assert same_version(one, other, exact=exact) is same


def test_a_place_that_one_has_already_is_ones_own() -> None:
    team = {"max_size": 1, "players": [player("a")]}
    assert has_room(team, "a", invitations_hold_places=True)
    assert not has_room(team, "b", invitations_hold_places=True)


def test_an_open_invitation_holds_a_place_only_when_it_is_said_to() -> None:
    team = {"max_size": 1, "players": [player("a", status="invited")]}
    assert not has_room(team, "b", invitations_hold_places=True)
    assert has_room(team, "b", invitations_hold_places=False)


@pytest.mark.parametrize(
    ("family", "platform", "fits"),
    [
        ("desired_platforms_any", "Steam", True),
        ("desired_platforms_xboxlike", "XboxLive", True),
        ("desired_platforms_xboxlike", "PSN", False),
        ("desired_platforms_playstationlike", "PSN", True),
        ("desired_platforms_playstationlike", "Steam", False),
    ],
)
def test_a_family_of_platforms_takes_its_own(family: str, platform: str, fits: bool) -> None:
    preferences = {"permitted_platform": family, "permitted_input": "desired_inputs_any"}
    assert accepts(preferences, {"platform": platform, "input": "gamepad"}) is fits


def test_the_instances_version_counts_as_well() -> None:
    session = {"teams": [], "instance": {"version": "3.0.0"}}
    assert misfit(session, player("a"), exact=False) == "version_mismatch"
    assert misfit(session, player("a", version="3.1.0"), exact=False) == ""


def test_players_who_only_were_invited_are_not_asked() -> None:
    session = {"teams": [{"players": [player("b", status="invited", version="9.0.0")]}]}
    assert misfit(session, player("a"), exact=False) == ""
