"""Sessions: created or joined by type, joined by id, read, and gone when their time is over."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from mockade.apis.rallyhere.membership import (
    ACTIVE,
    Player,
    Session,
    has_leader,
    has_room,
    is_active,
    misfit,
    platform_of,
    player_in,
    team_of,
)
from mockade.apis.rallyhere.visibility import view
from mockade.handling import Call, Caller, Refusal, Reply, Row, etag

_MISFITS = {
    "version_mismatch": "The client version does not fit those in the session",
    "crossplay_mismatch": "The crossplay preferences and platforms do not fit",
}


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
    _need_platforms(body, asked)
    newcomer = _player(call, asked or body)
    for session in call.rows("sessions").where("player", call.caller.id):
        if session["type"] == kind and is_active(session, call.caller.id):
            return {"session_id": session.key}
    if template["attempt_auto_join"]:
        for session in _open_sessions(call, kind, body.get("region_id")):
            position = _place(call, session, asked)
            if position is not None and not misfit(session, newcomer, exact=_exact(call)):
                _enter(call, session, newcomer, position, asked or {})
                return {"session_id": session.key}
    if not template["can_be_created_by_players_directly"]:
        message = f"Players may not create sessions of type {kind}, and there is none to join"
        raise Refusal(403, "session_creation_not_permitted", message)
    return {"session_id": _create(call, template, body, newcomer, asked or {}).key}


def join_session_by_id_self(call: Call, session_id: str, refresh_ttl: bool | None, body: Row) -> Reply:
    """Enter a session, or change what it knows of oneself; the answer carries the session's ETag."""
    session = call.rows("sessions").get(session_id)
    _need_platforms(body, None)
    known = player_in(session, call.caller.id)
    inside = known is not None and known["status"] in ACTIVE
    if inside and call.behaviour["joining_again"] == "ignore":
        return _joined(call, session)
    if known is None and not session["joinable"]:
        raise Refusal(403, "session_not_joinable", "The session is not open to players without an invitation")
    position = _asked_team(session, body["team_id"], call.behaviour["unknown_team_status"])
    if not _has_room(call, session, position):
        raise Refusal(call.behaviour["full_team_status"], "team_full", f"Team {body['team_id']} is full")
    newcomer = _player(call, body, known)
    reason = misfit(session, newcomer, exact=_exact(call))
    if reason:
        raise Refusal(403, reason, _MISFITS[reason])
    _enter(call, session, newcomer, position, body)
    if refresh_ttl:
        _expire_later(call, session)
    return _joined(call, session)


def get_session_by_id(call: Call, session_id: str, refresh_ttl: bool) -> dict[str, Any]:
    """The caller's view of a session; reading it keeps it alive unless refresh_ttl is false."""
    session = call.rows("sessions").get(session_id)
    if refresh_ttl:
        _expire_later(call, session)
    return view(call, session)


def session_expires(call: Call, session_id: str) -> None:
    """On the timeline: the session is gone, and asking for it is 404."""
    call.rows("sessions").remove(session_id)


def vet_caller(caller: Caller) -> str:
    """Players are known by UUIDs (documented)."""
    try:
        UUID(caller.id)
    except ValueError:
        return f"{caller.id!r} is no player's UUID. Say whose it is (caller: a0000000-…)."
    return ""


def on_start(call: Call) -> None:
    """Fixture sessions expire only if they say so, with `_lifetime` in seconds beside the row."""
    for session in call.rows("sessions"):
        _expire_later(call, session)


def _expire_later(call: Call, session: Row) -> None:
    """Move a session's end to its whole lifetime from now; one without a lifetime stays for ever."""
    lifetime = session.beside.get("lifetime")
    if lifetime is not None:
        call.set_event("session_expires", session.key, lifetime)


def _exact(call: Call) -> bool:
    return bool(call.behaviour["compatible_versions"] == "exact")


def _need_platforms(body: Mapping[str, Any], player: Mapping[str, Any] | None) -> None:
    """One of `platform` and `platform_id` is needed wherever client settings stand; no schema says so."""
    places = [(["body", "client_settings", "__root__"], body["client_settings"])]
    if player is not None:
        places.append((["body", "player", "client_settings", "__root__"], player["client_settings"]))
    locs = [loc for loc, settings in places if platform_of(settings) is None]
    if locs:
        raise Refusal(422, "value_error", "one of platform and platform_id is required", locs=locs)


def _player(call: Call, about: Mapping[str, Any], known: Player | None = None) -> Player:
    """The caller as a session keeps them: what they say now, defaults included, over what was known."""
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


def _open_sessions(call: Call, kind: str, region: str | None) -> Iterator[Row]:
    """Open sessions of a type, oldest first; those of the preferred region before the others."""
    if region is not None:
        yield from call.rows("sessions").where("open_in_region", (kind, region))
    for session in call.rows("sessions").where("open", kind):
        if region is None or session.get("region_id") != region:
            yield session


def _place(call: Call, session: Session, asked: Mapping[str, Any] | None) -> int | None:
    """The team a newcomer would get: the one asked for, else the first with room; None when there is none."""
    for position, team in enumerate(session["teams"]):
        wanted = asked is None or asked["team_id"] == team.get("team_id", position)
        if wanted and _has_room(call, session, position):
            return position
    return None


def _has_room(call: Call, session: Session, position: int) -> bool:
    holds = call.behaviour["invitations_hold_places"]
    return has_room(session["teams"][position], call.caller.id, invitations_hold_places=holds)


def _asked_team(session: Session, team_id: int, refused_with: int) -> int:
    for position, team in enumerate(session["teams"]):
        if team.get("team_id", position) == team_id:
            return position
    raise Refusal(refused_with, "team_not_found", f"The session has no team {team_id}")


def _status(call: Call, session: Session, asked: str, now: str | None) -> str:
    """The status that someone gets who asks for one and has another (or none) `now`."""
    if asked in ("invited", "reserved") and call.behaviour["asking_to_be_invited"] == "refuse":
        raise Refusal(403, "status_not_permitted", f"A player cannot ask to be {asked}")
    if now == "leader":
        return "leader"
    if not has_leader(session):
        return (
            "leader" if asked == "leader" or call.behaviour["leaderless_session"] == "promote" else "member"
        )
    if asked == "leader" and call.behaviour["second_leader"] == "refuse":
        raise Refusal(403, "leader_exists", "The session has a leader")
    return "member"


def _enter(call: Call, session: Row, player: Player, position: int, asked: Mapping[str, Any]) -> None:
    """Put a player into a team, and out of the one they were listed in; an invitation is thereby consumed."""
    known = player_in(session, call.caller.id)
    player["status"] = _status(
        call, session, asked.get("status", "member"), known["status"] if known else None
    )
    player.setdefault("joined", call.now())
    before = team_of(session, call.caller.id)
    if before is not None:
        team = session["teams"][before]
        if before == position:
            at = team["players"].index(known)
            team["players"][at] = player
            call.rows("sessions").put(session)
            return
        team["players"].remove(known)
    session["teams"][position]["players"].append(player)
    call.rows("sessions").put(session)


def _create(
    call: Call, template: Row, body: Mapping[str, Any], player: Player, asked: Mapping[str, Any]
) -> Row:
    size = template["players_per_team"]
    session = Row(
        {
            "type": template["session_type"],
            "session_id": call.new_uuid(),
            "joinable": template["default_public"],
            "teams": [{"team_id": n, "max_size": size, "players": []} for n in range(template["num_teams"])],
            "created": call.now(),
        },
        beside={"lifetime": call.behaviour["session_lifetime_seconds"]},
    )
    if "region_id" in body:
        session["region_id"] = body["region_id"]
    session.key = session["session_id"]
    position = _asked_team(session, asked["team_id"], 403) if asked else 0  # creating documents no 404
    _enter(call, session, player, position, {**asked, "status": "leader"})
    _expire_later(call, session)
    return session


def _joined(call: Call, session: Row) -> Reply:
    player = player_in(session, call.caller.id)
    position = team_of(session, call.caller.id)
    assert player is not None, "whoever joined is in the session"
    assert position is not None, "and so in a team of it"
    body = {
        "player_uuid": player["player_uuid"],
        "status": player["status"],
        "team_id": session["teams"][position].get("team_id", position),
        "custom_data": player.get("custom_data", {}),
    }
    return Reply(body, headers={"ETag": etag(view(call, session))})
