"""The players of a session: who is registered to it, and what they scored."""

from __future__ import annotations

from typing import Any

from mockade.handling import Call, Refusal, Row

from .apps import app_of, in_app
from .wording import NO_PLAYER, NO_SESSION


def list_game_session_players(call: Call, session_id: str) -> dict[str, Any]:
    """Everybody registered, in the order of registration (assumed, as the wrapper is)."""
    session = call.rows("game-sessions").get(in_app(call, session_id))
    registered = call.rows("game-session-players").where("session", session.key)
    return {"players": [shown(call, player) for player in registered]}


def shown(call: Call, registered: Row) -> Row:
    """The response for a registered player, with their present name and picture (assumed)."""
    player = call.rows("players").find(in_app(call, registered["playerId"]))
    if player is not None and call.behaviour["names_in_sessions"] == "current":
        registered.update(displayName=player["displayName"], imageUrl=player.get("imageUrl"))
    return registered


def register_game_session_player(call: Call, session_id: str, body: dict[str, Any]) -> Row:
    """An existing player joins (documented), with a score of 0 (assumed: an answer needs one)."""
    session = call.rows("game-sessions").find(in_app(call, session_id))
    if session is None:
        raise Refusal(call.behaviour["unknown_session_on_register"], *NO_SESSION)
    player = call.rows("players").find(in_app(call, body["playerId"]))
    if player is None:
        raise Refusal(call.behaviour["unknown_player_on_register"], *NO_PLAYER)
    registered = call.rows("game-session-players")
    already = registered.find(f"{session.key}/{player['id']}")
    if already is not None:
        if call.behaviour["register_twice"] == 201:
            return shown(call, already)
        raise Refusal(400, "conflict", "Player is already registered")
    now = call.now()
    return registered.add(
        {
            "playerId": player["id"],
            "displayName": player["displayName"],
            "imageUrl": player.get("imageUrl"),
            "score": 0,
            "createdAt": now,
            "updatedAt": now,
        },
        app=app_of(call),
        session=session["id"],
    )


def update_game_session_player_score(
    call: Call, session_id: str, player_id: str, body: dict[str, Any]
) -> Row:
    """One 404 covers a missing session and a missing player (documented); the last score stays (assumed)."""
    session = call.rows("game-sessions").get(in_app(call, session_id))
    players = call.rows("game-session-players")
    player = players.get(f"{session.key}/{player_id}")
    if call.behaviour["score_kept"] == "highest" and body["score"] < player["score"]:
        return shown(call, player)
    return shown(call, players.change(player.key, score=body["score"], updatedAt=call.now()))
