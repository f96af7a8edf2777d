"""A player enters a session: the stored entry, its team and its status."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockade.handling import Call, Refusal, Reply, Row, etag

from .compatibility import PLATFORMS, mismatch, platform_of
from .membership import (
    ACTIVE,
    Player,
    Session,
    has_leader,
    is_active,
    number_of,
    player_in,
    players,
    position_of,
    team_has_room,
    team_of,
)
from .permissions import is_admin
from .tickets import party_changed
from .visibility import view

_MISMATCHES = {
    "version_mismatch": "The client version does not fit those in the session",
    "crossplay_mismatch": "The crossplay preferences and platforms do not fit",
}


def is_open(session: Row) -> bool:
    """Whether whoever likes may enter a session: without an invitation, and without a password."""
    return bool(session["joinable"]) and "password" not in session.beside


def join(call: Call, session: Row, body: Mapping[str, Any], *, invited: bool = False) -> None:
    """Let the caller enter a session, or change what it knows of them; `invited` opens a closed one.

    Raises Refusal where the session, the team or those inside do not take them.
    """
    known = player_in(session, call.caller.id)
    inside = known is not None and known["status"] in ACTIVE
    if inside and call.behaviour["joining_again"] == "ignore":
        return
    if known is None and not invited:
        _need_way_in(session, body)
    position = asked_team(session, body["team_id"], call.behaviour["unknown_team_status"])
    need_free_choice(call, session, call.caller.id, position)
    if not has_room_for(call, session, position):
        raise team_full(call, body["team_id"])
    newcomer = player_fields(call, body, known)
    reason = mismatch(session, newcomer, exact=exact(call))
    if reason:
        raise Refusal(403, reason, _MISMATCHES[reason])
    enter(call, session, newcomer, position, body)


def _need_way_in(session: Row, body: Mapping[str, Any]) -> None:
    """Refuse who was not invited, where the session is neither open nor opened by what they say.

    A password is asked of all who were not invited (documented), and opens a closed session too; a friend
    inside opens one whose joinability says so. Who is whose friend, another service knows.
    """
    password = session.beside.get("password")
    if password is not None:
        if body.get("password") != password:
            raise Refusal(403, "password_mismatch", "The session asks for a password, and this is not it")
    elif not session["joinable"]:
        befriended = session.get("joinability", {}).get("friends", False)
        if not befriended or not is_active(session, str(body.get("friend_uuid")).lower()):
            message = "The session is not open to players without an invitation"
            raise Refusal(403, "session_not_joinable", message)


def player_reply(call: Call, session: Row, uuid: str) -> Reply:
    """The response about a player of a session, with the session's ETag."""
    return Reply(player_summary(session, uuid), headers={"ETag": tag(call, session)})


def player_summary(session: Session, uuid: str) -> dict[str, Any]:
    """A player's status and team in a session, as responses have them."""
    player, position = player_in(session, uuid), team_of(session, uuid)
    if player is None or position is None:
        raise LookupError(f"The session lists no player {uuid}.")
    return {
        "player_uuid": player["player_uuid"],
        "status": player["status"],
        "team_id": number_of(session, position),
        "custom_data": player.get("custom_data", {}),
    }


def tag(call: Call, session: Row) -> str:
    """The ETag of a session as the caller sees it."""
    return etag(view(call, session))


def exact(call: Call) -> bool:
    return bool(call.behaviour["compatible_versions"] == "exact")


def need_platforms(body: Mapping[str, Any], player: Mapping[str, Any] | None = None) -> None:
    """One of `platform` and `platform_id` is needed wherever client settings stand; no schema says so."""
    places = [(["body", "client_settings"], body["client_settings"])]
    if player is not None:
        places.append((["body", "player", "client_settings"], player["client_settings"]))
    unknown = [(loc, settings) for loc, settings in places if platform_of(settings) is None]
    numbered = [[*loc, "platform_id"] for loc, settings in unknown if "platform_id" in settings]
    if numbered:
        numbers = ", ".join(map(str, PLATFORMS))
        message = f"value is not a valid enumeration member; permitted: {numbers}"
        raise Refusal(422, "type_error.enum", message, locs=numbered)
    if unknown:
        locs = [[*loc, "__root__"] for loc, _ in unknown]
        raise Refusal(422, "value_error", "one of platform and platform_id is required", locs=locs)


def player_fields(call: Call, about: Mapping[str, Any], known: Player | None = None) -> Player:
    """The caller as a session keeps them: what this request gives, defaults included, over what was known."""
    settings = {**about["client_settings"], "platform": platform_of(about["client_settings"])}
    player: Player = {
        **(known or {}),
        "player_uuid": call.caller.id,
        "version": about["client_version"],
        "client_settings": settings,
        "custom_data": about.get("custom_data", {}),
    }
    if "crossplay_preferences" in about:
        player["crossplay_preferences"] = about["crossplay_preferences"]
    return player


def has_room_for(call: Call, session: Session, position: int, uuid: str | None = None) -> bool:
    """Whether the team at a position has room for a player, the caller unless another is named."""
    holds = call.behaviour["invitations_hold_places"]
    return team_has_room(session["teams"][position], uuid or call.caller.id, invitations_hold_places=holds)


def team_full(call: Call, team_id: int) -> Refusal:
    return Refusal(call.behaviour["full_team_status"], "team_full", f"Team {team_id} is full")


def asked_team(session: Session, team_id: int, refused_with: int) -> int:
    """The position of the team asked for; refuses with that status when there is none."""
    position = position_of(session, team_id)
    if position is None:
        raise Refusal(refused_with, "team_not_found", f"The session has no team {team_id}")
    return position


def meant_team(call: Call, session: Row, uuid: str, body: Mapping[str, Any]) -> int:
    """The position of the team that a player is meant for; without one, their own, or the first with room."""
    if "team_id" in body:
        return asked_team(session, body["team_id"], call.behaviour["unknown_team_status"])
    own = team_of(session, uuid)
    if own is not None:
        return own
    positions = range(len(session["teams"]))
    return next((at for at in positions if has_room_for(call, session, at, uuid)), 0)


def may_choose(call: Call, session: Session, uuid: str, position: int) -> bool:
    """Where the type says so, only an admin moves a player from one team to another (documented)."""
    before = team_of(session, uuid)
    if before is None or before == position or is_admin(call, session):
        return True
    template = call.rows("templates").find(session["type"])
    return template is None or bool(template["can_change_own_team"])


def need_free_choice(call: Call, session: Session, uuid: str, position: int) -> None:
    if not may_choose(call, session, uuid, position):
        message = "Players of such sessions do not choose their team; an admin does"
        raise Refusal(403, "team_change_not_permitted", message)


def enter(call: Call, session: Row, player: Player, position: int, asked: Mapping[str, Any]) -> None:
    """Put the caller into a team as a player of the session; an invitation is thereby used up."""
    known = player_in(session, call.caller.id)
    now = known["status"] if known else None
    player["status"] = _status(call, session, asked.get("status", "member"), now)
    if now not in ACTIVE:
        party_changed(call, session)
    put_into_team(session, player, position, call.now())
    call.rows("sessions").put(session)


def put_into_team(session: Row, player: Player, position: int, now: str) -> None:
    """Put a player into a team, and out of the one that listed them; a place kept is kept in its order."""
    if player["status"] in ACTIVE:
        player.setdefault("joined", now)
    before = team_of(session, player["player_uuid"])
    if before is not None:
        team = session["teams"][before]["players"]
        at = next(n for n, one in enumerate(team) if one["player_uuid"] == player["player_uuid"])
        if before == position:
            team[at] = player
            return
        del team[at]
    session["teams"][position]["players"].append(player)


def mark_invited(call: Call, session: Row, player: Player) -> None:
    """Note who invited a player and when, and tell the family; who is invited already hears nothing."""
    if "invited" not in player:
        player |= {"invited": call.now(), "inviting_player_uuid": call.caller.id}
        call.emit("player_invited", {**player, "session_id": session.key})


def tell_match(call: Call, session: Row) -> None:
    """Tell the family of each player for whom a match's session was made."""
    for player in players(session):
        call.emit("match_made", {**player, "session_id": session.key})


def _status(call: Call, session: Session, asked: str, now: str | None) -> str:
    """The status that someone gets who asks for one and has another (or none) `now`."""
    if asked in ("invited", "reserved") and call.behaviour["asking_to_be_invited"] == "refuse":
        raise Refusal(403, "status_not_permitted", f"A player cannot ask to be {asked}")
    if now == "leader":
        return "leader"
    if not has_leader(session):
        promoted = asked == "leader" or call.behaviour["leaderless_session"] == "promote"
        return "leader" if promoted else "member"
    if asked == "leader" and call.behaviour["second_leader"] == "refuse":
        raise Refusal(403, "leader_exists", "The session has a leader")
    return "member"
