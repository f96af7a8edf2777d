"""MeshMap: what docs.meshmap.com/api/core/game-sessions says beyond the contract, and our guesses."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mockade.dialects import Dialect
from mockade.dialects.zod import issues
from mockade.handling import Call, Collection, Refusal, Row, Switch


def _error(refusal: Refusal) -> dict[str, Any]:
    """One sentence, with no code (documented). That of a 401 is assumed: no such body is published."""
    return {"error": "Unauthorized" if refusal.status == 401 else refusal.message}


def _issues(violations: Sequence[Any]) -> dict[str, Any]:
    """Zod's issues under the same key: their shape is documented, which validator makes them is inferred."""
    return {"error": [{"code": i.code, "message": i.message, "path": i.path} for i in issues(violations)]}


dialect = Dialect(errors=_error, component="Error", violations=_issues)

_NO_SESSION = ("not_found", "Game session not found")
_NO_PLAYER = ("not_found", "Player not found")


def _key(row: Row) -> str:
    return f"{row.beside['app']}/{row['id']}"


def _session_of(row: Row) -> str:
    """The key of the session that a registered player belongs to."""
    return f"{row.beside['app']}/{row.beside['session']}"


collections = (
    Collection(
        "game-sessions",
        holds="GameSession",
        key=_key,
        indexes={"app": lambda row: [row.beside["app"]]},
        absent=_NO_SESSION,
    ),
    Collection(
        "game-session-players",
        holds="GameSessionPlayer",
        key=lambda row: f"{_session_of(row)}/{row['playerId']}",
        indexes={"session": lambda row: [_session_of(row)]},
        absent=_NO_PLAYER,
    ),
    Collection("players", holds="Player", key=_key, absent=_NO_PLAYER),
    Collection(
        "minigame-types",
        holds="MiniGameType",
        key=_key,
        indexes={"name": lambda row: [f"{row.beside['app']}/{row['name']}"]},
    ),
)

behaviour = (
    Switch(
        "unknown_mini_game_type",
        400,
        "Create documents no not-found outcome, hence its only client error; 201 leaves the type out.",
        (400, 201),
    ),
    Switch(
        "created_completed_ends",
        True,
        "No published operation ends a session, so one created COMPLETED ends as it starts; else never.",
    ),
    Switch(
        "unknown_session_on_register",
        400,
        "Register documents no not-found outcome, hence its only client error; 404 is the score call's.",
        (400, 404),
    ),
    Switch(
        "unknown_player_on_register",
        400,
        "Register documents no not-found outcome, hence its only client error; 404 is the score call's.",
        (400, 404),
    ),
    Switch(
        "register_twice",
        400,
        "Register documents no conflict, hence its only client error; 201 answers what was registered.",
        (400, 201),
    ),
    Switch(
        "score_kept",
        "last",
        "No rule for scores is published; only the player ranking, a query, speaks of a highest one.",
        ("last", "highest"),
    ),
)


def _app(call: Call) -> str:
    """The app that the caller's key is of; a key that the fixtures give no `app` has one of its own."""
    return str(call.caller.facts.get("app", call.caller.id))


def _in_app(call: Call, name: str) -> str:
    """What `name` is filed under in the caller's app, so that no other app's row can be found (inferred)."""
    return f"{_app(call)}/{name}"


def _shown(call: Call, session: Row) -> dict[str, Any]:
    """A session as it is answered: its players are counted when somebody asks, whatever the row says."""
    return {**session, "playerCount": call.rows("game-session-players").count("session", session.key)}


def list_game_sessions(call: Call) -> dict[str, Any]:
    """Every session of the app, the oldest first (the order is assumed)."""
    return {
        "gameSessions": [_shown(call, row) for row in call.rows("game-sessions").where("app", _app(call))]
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
    return call.rows("game-sessions").add(session, app=_app(call))


def _mini_game_type(call: Call, by_id: str | None, by_name: str | None) -> Row | None:
    types = call.rows("minigame-types")
    if by_id is not None:
        found = types.find(_in_app(call, by_id))
    elif by_name is not None:
        found = next(types.where("name", _in_app(call, by_name)), None)
    else:
        return None
    if found is None and call.behaviour["unknown_mini_game_type"] == 400:
        raise Refusal(400, "not_found", "Mini game type not found")
    return found


def get_game_session(call: Call, session_id: str) -> dict[str, Any]:
    """Another app's session is absent (inferred: the page documents no forbidden outcome)."""
    return _shown(call, call.rows("game-sessions").get(_in_app(call, session_id)))


def list_game_session_players(call: Call, session_id: str) -> dict[str, Any]:
    """Everybody registered, in the order of registration (assumed, as the wrapper is)."""
    session = call.rows("game-sessions").get(_in_app(call, session_id))
    return {"players": list(call.rows("game-session-players").where("session", session.key))}


def register_game_session_player(call: Call, session_id: str, body: dict[str, Any]) -> Row:
    """An existing player joins (documented), with a score of 0 (assumed: an answer needs one)."""
    session = call.rows("game-sessions").find(_in_app(call, session_id))
    if session is None:
        raise Refusal(call.behaviour["unknown_session_on_register"], *_NO_SESSION)
    player = call.rows("players").find(_in_app(call, body["playerId"]))
    if player is None:
        raise Refusal(call.behaviour["unknown_player_on_register"], *_NO_PLAYER)
    registered = call.rows("game-session-players")
    already = registered.find(f"{session.key}/{player['id']}")
    if already is not None:
        if call.behaviour["register_twice"] == 201:
            return already
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
        app=_app(call),
        session=session["id"],
    )


def update_game_session_player_score(
    call: Call, session_id: str, player_id: str, body: dict[str, Any]
) -> Row:
    """One 404 covers a missing session and a missing player (documented); the last score stays (assumed)."""
    session = call.rows("game-sessions").get(_in_app(call, session_id))
    players = call.rows("game-session-players")
    player = players.get(f"{session.key}/{player_id}")
    if call.behaviour["score_kept"] == "highest" and body["score"] < player["score"]:
        return player
    return players.change(player.key, score=body["score"], updatedAt=call.now())
