"""Game sessions: listed, created, read."""

from __future__ import annotations

from typing import Any

from mockade.handling import Call, Refusal, Row

from .apps import app_of, in_app


def _shown(call: Call, session: Row) -> dict[str, Any]:
    """The response for a session: its players are counted at each read, whatever the row says."""
    return {**session, "playerCount": call.rows("game-session-players").count("session", session.key)}


def list_game_sessions(call: Call) -> dict[str, Any]:
    """Every session of the app, the oldest first (the order is assumed)."""
    return {
        "gameSessions": [_shown(call, row) for row in call.rows("game-sessions").where("app", app_of(call))]
    }


def create_game_session(call: Call, body: dict[str, Any]) -> Row:
    """It starts at once; a COMPLETED one is over at once (both assumed: the body has no times)."""
    now = call.now()
    over = body["status"] == "COMPLETED" and call.behaviour["created_completed_ends"]
    session = {
        "id": call.new_uuid(),
        "name": body.get("name"),
        "description": body.get("description"),
        "status": body["status"],
        "startTime": now,
        "endTime": now if over else None,
        "createdAt": now,
        "updatedAt": now,
        "miniGameType": _mini_game_type(call, body.get("miniGameTypeId"), body.get("miniGameTypeName")),
    }
    return call.rows("game-sessions").add(session, app=app_of(call))


def _mini_game_type(call: Call, by_id: str | None, by_name: str | None) -> Row | None:
    types = call.rows("minigame-types")
    if by_id is not None:
        found = types.find(in_app(call, by_id))
    elif by_name is not None:
        found = next(types.where("name", in_app(call, by_name)), None)
    else:
        return None
    if found is None and call.behaviour["unknown_mini_game_type"] == 400:
        raise Refusal(400, "not_found", "Mini game type not found")
    return found


def get_game_session(call: Call, session_id: str) -> dict[str, Any]:
    """Another app's session is absent (inferred: the page documents no forbidden outcome)."""
    return _shown(call, call.rows("game-sessions").get(in_app(call, session_id)))
