"""Members of a session and their statuses: rules on plain values, without a call."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from mockade.handling import epoch_seconds

Session = Mapping[str, Any]
Player = dict[str, Any]
Team = Mapping[str, Any]

ACTIVE = frozenset({"leader", "member"})
"""The statuses of players who are really in a session."""

_AGES_AGO = "0001-01-01T00:00:00Z"


def players(session: Session) -> list[Player]:
    """Everyone listed in a session, the invited and reserved included, team by team."""
    return [player for team in session["teams"] for player in team["players"]]


def active_players(session: Session) -> list[Player]:
    return [player for player in players(session) if player["status"] in ACTIVE]


def player_in(session: Session, uuid: str) -> Player | None:
    return _listed(players(session), uuid)


def is_active(session: Session, uuid: str, *, invited_too: bool = False) -> bool:
    """Whether a player is in a session; `invited_too` counts open invitations and reservations."""
    player = player_in(session, uuid)
    return player is not None and (invited_too or player["status"] in ACTIVE)


def has_leader(session: Session) -> bool:
    return "leader" in [player["status"] for player in players(session)]


def leads(session: Session, uuid: str) -> bool:
    player = player_in(session, uuid)
    return player is not None and bool(player["status"] == "leader")


def team_of(session: Session, uuid: str) -> int | None:
    """The position of the team that lists a player."""
    for position, team in enumerate(session["teams"]):
        if _listed(team["players"], uuid) is not None:
            return position
    return None


def _listed(listed: Iterable[Player], uuid: str) -> Player | None:
    for player in listed:
        if player["player_uuid"] == uuid:
            return player
    return None


def number_of(session: Session, position: int) -> int:
    """The number by which callers know the team at a position."""
    number: int = session["teams"][position].get("team_id", position)
    return number


def position_of(session: Session, team_id: int) -> int | None:
    """The position of the team that callers know by a number."""
    found = (at for at in range(len(session["teams"])) if number_of(session, at) == team_id)
    return next(found, None)


def places_taken(team: Team, *, invitations_hold_places: bool) -> int:
    """How many places of a team are taken."""
    if invitations_hold_places:
        return len(team["players"])
    return sum(player["status"] != "invited" for player in team["players"])


def team_has_room(team: Team, uuid: str, *, invitations_hold_places: bool) -> bool:
    """Whether a team can take a player; a place that the player has or was promised there is theirs."""
    own = _listed(team["players"], uuid)
    if own is not None and (invitations_hold_places or own["status"] != "invited"):
        return True
    return places_taken(team, invitations_hold_places=invitations_hold_places) < int(team["max_size"])


def too_small(team: Team, size: int, *, invitations_hold_places: bool) -> bool:
    """Whether a team's new size would not hold its players; one that is overfull may stay or grow."""
    holds = places_taken(team, invitations_hold_places=invitations_hold_places)
    return size < holds and size < int(team["max_size"])


def place(
    session: Session, uuid: str, position: int, overflow: str, *, invitations_hold_places: bool
) -> int | None:
    """The team that one player gets who is meant for the team at `position`; None when there is no room.

    `overflow` is the vendor's: the ways that let players go to other teams try those in order, and
    `overfill` puts them into the team beyond its size. For one player, partial success is success or nothing.
    """
    teams = session["teams"]
    if overflow == "overfill":
        return position
    others = overflow in ("allow_overflow", "partial_with_overflow")
    for at in [position, *(at for at in range(len(teams)) if others and at != position)]:
        if team_has_room(teams[at], uuid, invitations_hold_places=invitations_hold_places):
            return at
    return None


def make_leader(session: Session, uuid: str) -> None:
    """Let a player lead a session and the platform sessions below; whoever led it becomes a member."""
    for player in players(session):
        if player["player_uuid"] == uuid:
            player["status"] = "leader"
        elif player["status"] == "leader":
            player["status"] = "member"
    for below in session.get("platform_session", []):
        for player in below["players"]:
            player["leader"] = player["player_uuid"] == uuid


def next_leader(session: Session, *, newest: bool = False) -> str | None:
    """Who leads when the leader has gone: the member of the longest (or shortest) standing; None without one.

    Whoever has no time of joining was there before all others.
    """
    members = sorted(active_players(session), key=_joined)
    if not members:
        return None
    found: str = members[-1 if newest else 0]["player_uuid"]
    return found


def _joined(player: Player) -> float:
    return epoch_seconds(player.get("joined", _AGES_AGO))


def remove_player(session: Session, uuid: str) -> None:
    """Take a player out of a session, and out of the platform sessions below it."""
    for team in session["teams"]:
        team["players"] = [player for player in team["players"] if player["player_uuid"] != uuid]
    for below in session.get("platform_session", []):
        below["players"] = [player for player in below["players"] if player["player_uuid"] != uuid]
    scouts = session.get("platform_scouts", {})
    for platform in [name for name, scout in scouts.items() if scout["player_uuid"] == uuid]:
        del scouts[platform]


def status_after(now: str | None, asked: str) -> str:
    """What a player becomes who is `now` something (None: not listed) and is made `asked` by somebody else.

    Empty where that makes no sense: nobody who is in a session can be invited to it again, and a place once
    offered is not taken back by reserving it. Only who is in a session can lead it.
    """
    if now in ACTIVE:
        return {"leader": "leader", "member": now or ""}.get(asked, "")
    if asked == "leader" or (now == "invited" and asked == "reserved"):
        return ""
    return asked
