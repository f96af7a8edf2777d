"""Player codes: six digits that a device shows, and that somebody enters elsewhere."""

from __future__ import annotations

from typing import Any

from mockade.handling import Call, Refusal, Row, epoch_seconds

from .apps import app_of, in_app
from .tokens import new_session
from .wording import NO_PLAYER

MOST_DRAWS = 100
"""How often a code is drawn that is taken, before none is free."""

REMEMBERED = 86400
"""Seconds that a code which has expired is told from one that never was (assumed)."""


def create_player_code(call: Call, body: dict[str, Any] | None = None) -> Row:
    """Good for a while (documented; for how long is a switch). Who asks again gets another one (assumed)."""
    player_id = (body or {}).get("playerId")
    if player_id is not None and call.rows("players").find(in_app(call, player_id)) is None:
        if call.behaviour["unknown_player_on_code"] == 400:
            raise Refusal(400, *NO_PLAYER)
        player_id = None
    lifetime = call.behaviour["code_lifetime"]
    code = {"code": _free_code(call), "playerId": player_id, "expiresAt": call.later(lifetime)}
    row = call.rows("player-codes").add(code, app=app_of(call))
    call.set_event(player_code_is_forgotten.__name__, row.key, lifetime + REMEMBERED)
    return row


def _free_code(call: Call) -> str:
    """A code that the app does not know; one that has expired is not known again before it is forgotten."""
    codes = call.rows("player-codes")
    for _ in range(MOST_DRAWS):
        code = f"{int(call.new_uuid()[:8], 16) % 1_000_000:06}"
        if codes.find(in_app(call, code)) is None:
            return code
    raise Refusal(500, "no_code", "No code is free")


def player_code_is_forgotten(call: Call, key: str) -> None:
    """The code can be given out again."""
    if call.rows("player-codes").find(key) is not None:
        call.rows("player-codes").remove(key)


def validate_player_code(call: Call, body: dict[str, Any]) -> dict[str, Any]:
    """200 in every case (documented). Who is behind the code's player is signed in, where that is known."""
    codes = call.rows("player-codes")
    code = codes.find(in_app(call, body["code"]))
    if code is None or code.beside.get("used"):
        return {"status": "INVALID", "error": "There is no such code"}
    if epoch_seconds(code["expiresAt"]) <= call.seconds():
        return {"status": "EXPIRED", "error": "The code has expired"}
    if call.behaviour["code_uses"] == "once":
        code.beside["used"] = True
        codes.put(code)
    user = _user_behind(call, code.get("playerId"))
    token = {"meshmapSessionToken": _session(call, code, user)} if user is not None else {}
    return {"status": "VALID", **token, "expiresAt": code["expiresAt"]}


def _session(call: Call, code: Row, user: Row) -> str:
    """The code's session token: the same each time, while it is good and of the same user (assumed)."""
    known = code.beside.get("session")
    if known is not None and known["user"] == user["id"] and call.seconds() < known["until"]:
        return str(known["token"])
    token = new_session(call, user)
    until = call.seconds() + call.behaviour["session_lifetime"]
    code.beside["session"] = {"user": user["id"], "token": token, "until": until}
    call.rows("player-codes").put(code)
    return token


def _user_behind(call: Call, player_id: str | None) -> Row | None:
    """The user of a player, if both are there now."""
    player = call.rows("players").find(in_app(call, player_id)) if player_id is not None else None
    if player is None or player.get("userId") is None:
        return None
    return call.rows("users").find(player["userId"])
