"""Entering a session by its type, which may make a new one, or by its id."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mockade.handling import Call, Refusal, Reply, Row

from . import session_lifetime
from .compatibility import mismatch
from .membership import Session, is_active, number_of, player_in
from .player_entry import (
    asked_team,
    enter,
    exact,
    has_room_for,
    join,
    may_choose,
    need_platforms,
    player_fields,
    player_reply,
)
from .short_codes import session_of


def create_or_join_session(call: Call, body: Row) -> dict[str, Any]:
    """The session the caller is in, else the oldest open one that they fit, else a new one.

    Joining depends on the type's attempt_auto_join, creating on can_be_created_by_players_directly, and a
    new session's openness on default_public (all three from the vendor's published contract).
    """
    kind = body["session_type"]
    template = call.rows("templates").find(kind)
    if template is None:
        raise Refusal(
            call.behaviour["unknown_type_status"],
            "session_type_not_found",
            f"There is no session type {kind}",
        )
    asked = body.get("player")
    need_platforms(body, asked)
    for session in call.rows("sessions").where("player", call.caller.id):
        if session["type"] == kind and is_active(session, call.caller.id):
            return {"session_id": session.key}
    if template["attempt_auto_join"]:
        for session in _open_sessions(call, kind, body.get("region_id")):
            position = _place(call, session, asked)
            newcomer = player_fields(call, asked or body, player_in(session, call.caller.id))
            if position is not None and not mismatch(session, newcomer, exact=exact(call)):
                enter(call, session, newcomer, position, asked or {})
                return {"session_id": session.key}
    if not template["can_be_created_by_players_directly"]:
        message = f"Players may not create sessions of type {kind}, and there is none to join"
        raise Refusal(403, "session_creation_not_permitted", message)
    return {"session_id": _create(call, template, body, asked or {}).key}


def join_session_by_id_self(call: Call, session_id: str, refresh_ttl: bool, body: Row) -> Reply:
    """Enter a session, or change what it knows of oneself; the answer carries the session's ETag."""
    session = session_of(call, session_id)
    need_platforms(body)
    join(call, session, body)
    session_lifetime.refresh(call, session, refresh_ttl)
    return player_reply(call, session, call.caller.id)


def _open_sessions(call: Call, kind: str, region: str | None) -> Iterator[Row]:
    """Open sessions of a type, oldest first; those of the preferred region before the others."""
    if region is not None:
        yield from call.rows("sessions").where("open_in_region", (kind, region))
    for session in call.rows("sessions").where("open", kind):
        if region is None or session.get("region_id") != region:
            yield session


def _place(call: Call, session: Session, asked: Mapping[str, Any] | None) -> int | None:
    """The team a newcomer would get: the one asked for, else the first with room; None when there is none."""
    for position in range(len(session["teams"])):
        wanted = asked is None or asked["team_id"] == number_of(session, position)
        if (
            wanted
            and may_choose(call, session, call.caller.id, position)
            and has_room_for(call, session, position)
        ):
            return position
    return None


def _create(call: Call, template: Row, body: Mapping[str, Any], asked: Mapping[str, Any]) -> Row:
    session = session_lifetime.new_session(call, template, body.get("region_id"), body.get("password"))
    position = asked_team(session, asked["team_id"], 403) if asked else 0  # creating documents no 404
    enter(call, session, player_fields(call, asked or body), position, {**asked, "status": "leader"})
    session_lifetime.refresh(call, session)
    return session
