"""Players in sessions: leaving, being added, invited, promoted, moved and kicked, and where one is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockade.handling import Call, Refusal, Reply, Row

from . import session_lifetime
from .departing import depart
from .membership import (
    ACTIVE,
    Player,
    has_leader,
    is_active,
    make_leader,
    number_of,
    place,
    player_in,
    status_after,
)
from .permissions import ALL, insufficient, may, need, need_admin
from .player_entry import (
    is_open,
    mark_invited,
    meant_team,
    need_free_choice,
    player_reply,
    put_into_team,
    tag,
    team_full,
)
from .short_codes import session_of
from .tickets import party_changed


def leave_session_by_id_self(call: Call, session_id: str, refresh_ttl: bool) -> None:
    """Leave, or decline an invitation; whoever is not listed is 404 (documented)."""
    session = session_of(call, session_id)
    session_lifetime.refresh(call, session, depart(call, session, call.caller.id) and refresh_ttl)


def kick_player_from_session_by_uuid_v2(
    call: Call, session_id: str, player_uuid: str, refresh_ttl: bool
) -> Reply:
    """Take a player out: oneself, anybody with session:update-player:any, else as admin or with `kick`."""
    uuid = player_uuid.lower()
    session = session_of(call, session_id)
    if uuid != call.caller.id:
        need(call, session, "kick", "session:update-player:any")
    stays = depart(call, session, uuid)
    session_lifetime.refresh(call, session, stays and refresh_ttl)
    return Reply(headers={"ETag": tag(call, session)} if stays else {})


def update_session_player_by_uuid_v2(
    call: Call, session_id: str, player_uuid: str, refresh_ttl: bool, body: Row
) -> Reply:
    """Make of a player what the body says; the answer's ETag is the session's, as a join's is."""
    uuid = player_uuid.lower()
    session = session_of(call, session_id)
    known = player_in(session, uuid)
    now = known["status"] if known else None
    _need_standing(call, session, uuid, now, body)
    status = status_after(now, body["status"])
    if body["status"] == "leader" and now not in ACTIVE:
        raise Refusal(404, "player_not_in_session", f"Player {uuid} is not in the session")
    if not status:
        raise Refusal(403, "status_not_permitted", f"A player who is {now} cannot be made {body['status']}")
    asked = meant_team(call, session, uuid, body)
    holds = call.behaviour["invitations_hold_places"]
    position = place(session, uuid, asked, body["overflow_action"], invitations_hold_places=holds)
    if position is None:
        raise team_full(call, number_of(session, asked))
    need_free_choice(call, session, uuid, position)
    _make(call, session, {**(known or {"player_uuid": uuid}), "status": status}, position, body)
    call.rows("sessions").put(session)
    session_lifetime.refresh(call, session, refresh_ttl)
    return player_reply(call, session, uuid)


def get_player_sessions_self(call: Call) -> dict[str, Any]:
    return _sessions_of(call, call.caller.id)


def update_session_player_by_uuid(
    call: Call, session_id: str, player_uuid: str, refresh_ttl: bool, body: Row
) -> Reply:
    """The older path, which asks for a permission to promote of those alone who promote (documented)."""
    if body["status"] == "leader" and not call.caller.holds(
        ALL, "session:promote:any", "session:promote:self"
    ):
        raise insufficient()
    return update_session_player_by_uuid_v2(call, session_id, player_uuid, refresh_ttl, body)


kick_player_from_session_by_uuid = kick_player_from_session_by_uuid_v2


def get_player_sessions_by_uuid_v2(call: Call, player_uuid: str) -> dict[str, Any]:
    """One's own with either permission, another's with session:read-player:any (documented)."""
    uuid = player_uuid.lower()
    if uuid != call.caller.id and not call.caller.holds(ALL, "session:read-player:any"):
        raise insufficient()
    return _sessions_of(call, uuid)


get_player_sessions_by_uuid = get_player_sessions_by_uuid_v2


def _need_standing(call: Call, session: Row, uuid: str, now: str | None, body: Mapping[str, Any]) -> None:
    """Who is not the session's admin may do some things where it is open, and accept an invitation.

    Open to everybody: entering, and adding or inviting newcomers, except for those who were themselves only
    invited. Who was given `invite` brings newcomers anywhere, who was given `move` moves those inside.
    Leading, and filling a team beyond its size, are the admin's.
    """
    admins_only = body["status"] == "leader" or body["overflow_action"] == "overfill"
    if uuid == call.caller.id:
        free = is_open(session) or now in ("invited", "reserved")
    elif now is None:
        caller = player_in(session, call.caller.id)
        guest = caller is not None and caller["status"] not in ACTIVE
        free = (is_open(session) and not guest) or may(call, session, "invite")
    else:
        free = now in ACTIVE and may(call, session, "move")
    if admins_only or not free:
        need_admin(call, session)


def _make(call: Call, session: Row, player: Player, position: int, body: Mapping[str, Any]) -> None:
    """Put a player there as what they become; custom data that is sent replaces what was kept."""
    if body["custom_data"]:
        player["custom_data"] = body["custom_data"]
    if player["status"] == "invited":
        mark_invited(call, session, player)
    promoted = player["status"] == "leader"
    if player["status"] == "member" and not has_leader(session):
        promoted = call.behaviour["leaderless_session"] == "promote"
    if player["status"] in ACTIVE and not is_active(session, player["player_uuid"]):
        party_changed(call, session)
    put_into_team(session, player, position, call.now())
    if promoted:
        make_leader(session, player["player_uuid"])


def _sessions_of(call: Call, uuid: str) -> dict[str, Any]:
    found: dict[str, dict[str, Any]] = {}
    for session in call.rows("sessions").where("player", uuid):
        player = player_in(session, uuid)
        kind = session["type"]
        if player is None or (player["status"] == "reserved" and not _lists_reservations(call, kind)):
            continue
        empty = {"type": kind, "session_ids": [], "pending_invites": {}, "reserved_sessions": []}
        entry = found.setdefault(kind, empty)
        if player["status"] == "reserved":
            entry["reserved_sessions"].append(session.key)
        elif player["status"] == "invited":
            inviter = player.get("inviting_player_uuid")
            invitation = {"session_id": session.key} | ({"inviting_player_uuid": inviter} if inviter else {})
            entry["pending_invites"][session.key] = invitation
        else:
            entry["session_ids"].append(session.key)
    return {"sessions": found}


def _lists_reservations(call: Call, kind: str) -> bool:
    """A type's notify_on_reservation (documented)."""
    template = call.rows("templates").find(kind)
    return template is None or bool(template["notify_on_reservation"])
