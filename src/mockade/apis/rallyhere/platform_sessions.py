"""Platform sessions: a platform's own sessions, below the sessions that they belong to."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from mockade.handling import Call, Caller, Refusal, Reply, Row

from . import session_lifetime
from .departing import depart
from .membership import Session, is_active, leads
from .permissions import ALL, insufficient, need_active
from .player_entry import join, need_platforms, tag
from .short_codes import session_of
from .visibility import view

_ANY = "session:update:any"


def get_platform_session_info(call: Call, platform: str, platform_session_id_base64: str) -> dict[str, Any]:
    """For those in the session that it belongs to, unless they may read all (documented)."""
    session = _owner(call, platform, platform_session_id_base64)
    need_active(call, session, "session:read:any")
    return _below(session, platform, platform_session_id_base64)


def add_platform_session_to_rally_here_session(
    call: Call, platform: str, platform_session_id_base64: str, session_id: str, refresh_ttl: bool
) -> Reply:
    """A session has one of each platform; the caller, if in the session, is put into it (documented)."""
    session = session_of(call, session_id)
    need_active(call, session, _ANY)
    for owner in call.rows("sessions").where("platform", (platform, platform_session_id_base64)):
        if owner.key != session.key:
            raise _later("platform_session_taken", "The platform session belongs to another session")
    of_platform = [one for one in session["platform_session"] if one["platform"] == platform]
    if not of_platform:
        below = {
            "platform": platform,
            "platform_session_type": _kind(call, session, platform),
            "platform_session_id_base64": platform_session_id_base64,
            "players": [],
        }
        session["platform_session"].append(below)
        session.setdefault("platform_scouts", {})[platform] = {
            "player_uuid": call.caller.id,
            "platform": platform,
        }
    elif of_platform[0]["platform_session_id_base64"] != platform_session_id_base64:
        raise _later("platform_session_exists", f"The session has a platform session of {platform}")
    else:
        below = of_platform[0]
    if is_active(session, call.caller.id):
        _put_in(session, below, call.caller.id)
    call.rows("sessions").put(session)
    session_lifetime.refresh(call, session, refresh_ttl)
    return Reply(_below(session, platform, platform_session_id_base64), headers={"ETag": tag(call, session)})


def delete_platform_session_from_rally_here_session(
    call: Call, platform: str, platform_session_id_base64: str, session_id: str, refresh_ttl: bool
) -> None:
    """Everybody stays in the session, which has that platform session no more."""
    session = session_of(call, session_id)
    need_active(call, session, _ANY)
    session["platform_session"].remove(_below(session, platform, platform_session_id_base64))
    session.get("platform_scouts", {}).pop(platform, None)
    call.rows("sessions").put(session)
    session_lifetime.refresh(call, session, refresh_ttl)


def join_session_by_platform_session_id_self(
    call: Call, platform: str, platform_session_id_base64: str, body: Row
) -> dict[str, Any]:
    """Enter both, as one enters a session by its id; a closed one lets in whom the platform let in."""
    session = _owner(call, platform, platform_session_id_base64)
    need_platforms(body)
    let_in = call.behaviour["platform_sessions_let_in"] and session["joinability"]["platform"]
    join(call, session, body, invited=let_in)
    _put_in(session, _below(session, platform, platform_session_id_base64), call.caller.id)
    call.rows("sessions").put(session)
    return view(call, session)


def leave_session_by_platform_session_self(
    call: Call, platform: str, platform_session_id_base64: str
) -> None:
    """Leave both; whoever is not in the platform session is 404 (documented)."""
    session = _owner(call, platform, platform_session_id_base64)
    below = _below(session, platform, platform_session_id_base64)
    if all(player["player_uuid"] != call.caller.id for player in below["players"]):
        message = f"Player {call.caller.id} is not in the platform session"
        raise Refusal(404, "platform_player_not_found", message)
    depart(call, session, call.caller.id)


def join_session_by_platform_session_by_uuid(
    call: Call, platform: str, platform_session_id_base64: str, player_uuid: str, body: Row
) -> dict[str, Any]:
    """As the player would; of others than oneself it takes session:update-player:any (documented)."""
    session = join_session_by_platform_session_id_self(
        _as_player(call, player_uuid), platform, platform_session_id_base64, body
    )
    return view(call, call.rows("sessions").get(session["session_id"]))


def leave_session_by_platform_session_by_uuid(
    call: Call, platform: str, platform_session_id_base64: str, player_uuid: str
) -> None:
    player = _as_player(call, player_uuid)
    leave_session_by_platform_session_self(player, platform, platform_session_id_base64)


def _as_player(call: Call, player_uuid: str) -> Call:
    """The call as a player's own, who may no more than players do."""
    uuid = player_uuid.lower()
    if uuid == call.caller.id:
        return call
    if not call.caller.holds(ALL, "session:update-player:any"):
        raise insufficient()
    return replace(call, caller=Caller(uuid))


def _owner(call: Call, platform: str, name: str) -> Row:
    """The session that a platform session belongs to; refuses with 404 when there is none."""
    for session in call.rows("sessions").where("platform", (platform, name)):
        return session
    raise _missing(platform, name)


def _below(session: Session, platform: str, name: str) -> dict[str, Any]:
    """A session's platform session; refuses with 404 when it is not there."""
    for below in session["platform_session"]:
        if (below["platform"], below["platform_session_id_base64"]) == (platform, name):
            found: dict[str, Any] = below
            return found
    raise _missing(platform, name)


def _missing(platform: str, name: str) -> Refusal:
    message = f"There is no platform session {name} of {platform}"
    return Refusal(404, "platform_session_not_found", message)


def _later(code: str, message: str) -> Refusal:
    """The documented refusal that asks to retry."""
    return Refusal(503, code, message, headers={"Retry-After": "1"})


def _kind(call: Call, session: Session, platform: str) -> str:
    """What the platform calls such sessions: what the type says for it, else the type's own name."""
    template = call.rows("templates").find(session["type"])
    for one in template["platform_templates"].values() if template is not None else ():
        if one["platform"] == platform:
            return str(one["platform_session_type"])
    return str(session["type"])[:128] or platform


def _put_in(session: Session, below: dict[str, Any], uuid: str) -> None:
    """Put a player into a platform session, whose leadership keeps step with the session's (documented)."""
    if all(player["player_uuid"] != uuid for player in below["players"]):
        below["players"].append({"player_uuid": uuid, "leader": leads(session, uuid)})
