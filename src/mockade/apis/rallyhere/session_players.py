"""The players of a session: read one by one or page by page, and what each was given leave to do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockade.handling import Call, Refusal, Reply, Row

from . import session_lifetime
from .membership import Player, is_active, player_in
from .permissions import need_standing
from .player_entry import tag
from .short_codes import session_of
from .visibility import teams_shown


def get_player_in_session(call: Call, session_id: str, player_uuid: str, refresh_ttl: bool) -> dict[str, Any]:
    """A player whom the caller is told of when reading the session."""
    session = session_of(call, session_id)
    player = player_in({"teams": teams_shown(call, session)}, player_uuid.lower())
    if player is None:
        raise not_inside(player_uuid)
    session_lifetime.refresh(call, session, refresh_ttl)
    return player


def get_players_in_session(
    call: Call, session_id: str, cursor: int, page_size: int, refresh_ttl: bool
) -> dict[str, Any]:
    """All teams with the players of one page; the cursor counts those before it (assumed), 0 ends."""
    session = session_of(call, session_id)
    teams, at, end = [], 0, cursor + page_size
    for team in teams_shown(call, session):
        first, last = max(0, cursor - at), max(0, end - at)
        at += len(team["players"])
        teams.append({**team, "players": team["players"][first:last]})
    session_lifetime.refresh(call, session, refresh_ttl)
    return {"teams": teams, "cursor": end if end < at else 0}


def get_player_permission_by_uuid(
    call: Call, session_id: str, player_uuid: str, refresh_ttl: bool
) -> dict[str, Any]:
    session = session_of(call, session_id)
    need_standing(call, session, "read:permission")
    player = need_inside(session, player_uuid)
    session_lifetime.refresh(call, session, refresh_ttl)
    return _permissions(player)


def give_player_permission_by_uuid(
    call: Call, session_id: str, player_uuid: str, permission: str, refresh_ttl: bool
) -> Reply:
    """Only who is in the session can be given any (assumed)."""
    session = session_of(call, session_id)
    need_standing(call, session, "give:permission")
    player = need_inside(session, player_uuid)
    given = player.get("session_permissions", [])
    if permission not in given:
        player["session_permissions"] = sorted([*given, permission])
        call.rows("sessions").put(session)
    session_lifetime.refresh(call, session, refresh_ttl)
    return Reply(_permissions(player), headers={"ETag": tag(call, session)})


def remove_player_permission_by_uuid(
    call: Call, session_id: str, player_uuid: str, permission: str, refresh_ttl: bool
) -> Reply:
    session = session_of(call, session_id)
    need_standing(call, session, "remove:permission")
    player = need_inside(session, player_uuid)
    given = player.get("session_permissions", [])
    if permission in given:
        player["session_permissions"] = [one for one in given if one != permission]
        call.rows("sessions").put(session)
    session_lifetime.refresh(call, session, refresh_ttl)
    return Reply(status=204)


def not_inside(uuid: str) -> Refusal:
    return Refusal(404, "player_not_in_session", f"Player {uuid.lower()} is not in the session")


def need_inside(session: Row, uuid: str) -> Player:
    """A player who is in a session, not merely invited; refuses with 404 without one."""
    player = player_in(session, uuid.lower())
    if player is None or not is_active(session, uuid.lower()):
        raise not_inside(uuid)
    return player


def _permissions(player: Mapping[str, Any]) -> dict[str, Any]:
    return {"player_uuid": player["player_uuid"], "permissions": player.get("session_permissions", [])}
