"""The pure rules of who fits where."""

from __future__ import annotations

from typing import Any

import pytest

from mockade.apis.rallyhere.compatibility import accepts, mismatch, platform_of, same_version
from mockade.apis.rallyhere.membership import (
    make_leader,
    next_leader,
    place,
    remove_player,
    status_after,
    team_has_room,
    too_small,
)


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
        ("1.0.0-rc.1+b.2", "1.4.0", False, True),
        ("dev", "dev", False, True),
        ("dev.1", "dev.2", False, False),
        ("1.0", "1.0.0", False, False),
        ("01.0.0", "01.2.0", False, False),
    ],
)
def test_versions_fit_by_major_number_or_to_the_letter(one: str, other: str, exact: bool, same: bool) -> None:
    assert same_version(one, other, exact=exact) is same


def test_a_place_that_one_has_already_is_ones_own() -> None:
    team = {"max_size": 1, "players": [player("a")]}
    assert team_has_room(team, "a", invitations_hold_places=True)
    assert not team_has_room(team, "b", invitations_hold_places=True)


def test_an_open_invitation_holds_a_place_only_when_it_is_said_to() -> None:
    team = {"max_size": 1, "players": [player("a", status="invited")]}
    assert not team_has_room(team, "b", invitations_hold_places=True)
    assert team_has_room(team, "b", invitations_hold_places=False)


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
    assert mismatch(session, player("a"), exact=False) == "version_mismatch"
    assert mismatch(session, player("a", version="3.1.0"), exact=False) == ""


def test_players_who_only_were_invited_are_not_asked() -> None:
    session = {"teams": [{"players": [player("b", status="invited", version="9.0.0")]}]}
    assert mismatch(session, player("a"), exact=False) == ""


@pytest.mark.parametrize(
    ("now", "asked", "becomes"),
    [
        (None, "member", "member"),
        (None, "invited", "invited"),
        (None, "reserved", "reserved"),
        (None, "leader", ""),
        ("reserved", "invited", "invited"),
        ("reserved", "member", "member"),
        ("invited", "invited", "invited"),
        ("invited", "member", "member"),
        ("invited", "reserved", ""),
        ("invited", "leader", ""),
        ("member", "leader", "leader"),
        ("member", "member", "member"),
        ("member", "invited", ""),
        ("leader", "member", "leader"),
        ("leader", "reserved", ""),
    ],
)
def test_what_somebody_else_can_make_of_a_player(now: str | None, asked: str, becomes: str) -> None:
    assert status_after(now, asked) == becomes


def sides(*teams: list[dict[str, Any]], size: int = 1) -> dict[str, Any]:
    return {"teams": [{"max_size": size, "players": list(team)} for team in teams]}


@pytest.mark.parametrize(
    ("overflow", "position"),
    [
        ("fail", None),
        ("partial_without_overflow", None),
        ("allow_overflow", 1),
        ("partial_with_overflow", 1),
        ("overfill", 0),
    ],
)
def test_where_a_player_goes_for_whom_a_team_has_no_room(overflow: str, position: int | None) -> None:
    session = sides([player("a")], [])
    assert place(session, "b", 0, overflow, invitations_hold_places=True) == position
    assert place(session, "b", 1, overflow, invitations_hold_places=True) == 1


def test_a_place_in_an_overfull_team_stays_ones_own() -> None:
    team = {"max_size": 1, "players": [player("a"), player("b")]}
    assert team_has_room(team, "b", invitations_hold_places=True)
    assert not team_has_room(team, "c", invitations_hold_places=True)


def test_a_team_shrinks_to_its_players_and_one_that_is_overfull_need_not() -> None:
    team = {"max_size": 3, "players": [player("a"), player("b")]}
    assert not too_small(team, 2, invitations_hold_places=True)
    assert too_small(team, 1, invitations_hold_places=True)
    assert not too_small({**team, "max_size": 1}, 1, invitations_hold_places=True)


def test_the_heir_is_the_active_player_who_joined_first_whatever_the_team() -> None:
    session = sides(
        [player("a", joined="2026-01-05T12:00:02Z"), player("b", status="invited")],
        [player("c", joined="2026-01-05T12:00:01.500Z")],
    )
    assert next_leader(session) == "c"
    assert next_leader(session, newest=True) == "a"
    assert next_leader(sides([player("b", status="invited")])) is None


def test_there_is_one_leader_after_somebody_was_made_to_lead() -> None:
    session = sides([player("a", status="leader")], [player("b")])
    make_leader(session, "b")
    assert [one["status"] for team in session["teams"] for one in team["players"]] == ["member", "leader"]


def test_who_is_taken_out_is_out_of_the_platform_sessions_too() -> None:
    session = {**sides([player("a")]), "platform_session": [{"players": [{"player_uuid": "a"}]}]}
    remove_player(session, "a")
    assert session["teams"][0]["players"] == []
    assert session["platform_session"][0]["players"] == []
