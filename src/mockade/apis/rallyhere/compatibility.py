"""Whether players can play together: platforms, versions, crossplay preferences; on plain values."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from .membership import Player, Session, active_players

_FAMILIES = {
    "desired_platforms_xboxlike": frozenset({"XboxLive"}),
    "desired_platforms_playstationlike": frozenset({"PSN"}),
}
"""The platforms of each family that a player can keep to."""

_INPUTS = {
    "desired_inputs_keyboardandmouse": "keyboardandmouse",
    "desired_inputs_gamepad": "gamepad",
    "desired_inputs_touch": "touch",
}

PLATFORMS = {
    2: "Anon",
    4: "Amazon",
    5: "Steam",
    9: "PSN",
    10: "XboxLive",
    11: "Basic",
    13: "Google",
    16: "Twitch",
    22: "NintendoSwitch",
    24: "Apple",
    25: "Discord",
    26: "NintendoNAID",
    28: "Epic",
}
"""The deprecated numbers of platforms, as the vendor publishes them."""


_SEMVER = re.compile(
    r"(0|[1-9][0-9]*)(?:\.(?:0|[1-9][0-9]*)){2}(?:-[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?(?:\+[0-9A-Za-z.-]+)?"
)


def platform_of(settings: Mapping[str, Any]) -> str | None:
    """The platform that client settings name: `platform` wins over the deprecated `platform_id`."""
    named: str | None = settings.get("platform")
    return named or PLATFORMS.get(settings.get("platform_id", 0))


def same_version(one: str, other: str, *, exact: bool) -> bool:
    """Whether two client versions can play together: by their major number, or to the letter.

    What is no semantic version fits its equal alone (assumed).
    """
    if one == other or exact:
        return one == other
    first, second = _SEMVER.fullmatch(one), _SEMVER.fullmatch(other)
    return first is not None and second is not None and first[1] == second[1]


def accepts(preferences: Mapping[str, Any] | None, settings: Mapping[str, Any] | None) -> bool:
    """Whether crossplay preferences allow a player with these settings; none of either allows all."""
    if not preferences or not settings:
        return True
    family = _FAMILIES.get(preferences["permitted_platform"])
    wanted = _INPUTS.get(preferences["permitted_input"])
    platform_fits = family is None or platform_of(settings) in family
    input_fits = wanted is None or settings["input"] == wanted
    return platform_fits and bool(input_fits)


def play_together(one: Player, other: Player) -> bool:
    """Whether two players' crossplay preferences allow each other."""
    wishes, others = one.get("crossplay_preferences"), other.get("crossplay_preferences")
    if not wishes and not others:
        return True
    return accepts(wishes, other.get("client_settings")) and accepts(others, one.get("client_settings"))


def mismatch(session: Session, newcomer: Player, *, exact: bool) -> str:
    """Why a player cannot play with those in a session: an error code, empty when they can."""
    uuid = newcomer["player_uuid"]
    others = [one for one in active_players(session) if one["player_uuid"] != uuid]
    versions = {player["version"] for player in others if "version" in player}
    instance = session.get("instance", {})
    if "version" in instance:
        versions.add(instance["version"])
    if not all(same_version(newcomer["version"], version, exact=exact) for version in versions):
        return "version_mismatch"
    if not all(play_together(newcomer, player) for player in others):
        return "crossplay_mismatch"
    return ""


def instance_fits(session: Session, version: str, *, exact: bool) -> bool:
    """Whether an instance's version fits all players of a session (documented)."""
    versions = [player["version"] for player in active_players(session) if "version" in player]
    return all(same_version(version, other, exact=exact) for other in versions)
