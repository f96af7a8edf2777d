"""Leaderboards: the best scores of an app, by mini game type."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from mockade.handling import Call

from .apps import app_of, in_app
from .session_players import shown

Place = dict[str, Any]


def get_global_leaderboards(call: Call, mini_game_type_id: str | None, limit: int) -> dict[str, Any]:
    """Every type has a board, played or not, the oldest type first and the default board last (assumed)."""
    places = all_places(call)
    once = call.behaviour["leaderboard_places"] == "players"
    boards = [
        {**board, "leaderboard": best(places.get(board["miniGameTypeId"], ()), limit, each_player_once=once)}
        for board in _boards(call)
        if mini_game_type_id in (None, board["miniGameTypeId"])
    ]
    return {"leaderboards": boards}


def all_places(call: Call) -> dict[str | None, list[Place]]:
    """Everybody's places in the games of the app, by the id of their mini game type; unsorted."""
    places: dict[str | None, list[Place]] = {}
    for session in call.rows("game-sessions").where("app", app_of(call)):
        kind = session.get("miniGameType") or {}
        places.setdefault(kind.get("id"), []).extend(_places(call, session.key, session["id"]))
    return places


def _boards(call: Call) -> Iterator[dict[str, str | None]]:
    for kind in call.rows("minigame-types").where("app", app_of(call)):
        yield {"miniGameTypeId": kind["id"], "miniGameTypeName": kind["name"]}
    named = {"miniGameTypeName": None} if call.behaviour["default_leaderboard_name"] == "null" else {}
    yield {"miniGameTypeId": None, **named}


def _places(call: Call, session_key: str, session_id: str) -> Iterator[Place]:
    for row in call.rows("game-session-players").where("session", session_key):
        player = shown(call, row)
        account = call.rows("players").find(in_app(call, player["playerId"]))
        yield {
            "playerId": player["playerId"],
            "playerDisplayName": player["displayName"],
            "playerScore": player["score"],
            "playerImageUrl": player.get("imageUrl"),
            "createdAt": player["createdAt"],
            "updatedAt": player["updatedAt"],
            "gameSessionId": session_id,
            "userId": account.get("userId") if account else None,
        }


def best(places: Iterable[Place], limit: int | None = None, *, each_player_once: bool) -> list[Place]:
    """The highest scores first, at most `limit` of them; among equal ones the earlier first (assumed)."""
    ranked = sorted(places, key=lambda place: (-place["playerScore"], place["updatedAt"]))
    if each_player_once:
        first: dict[str, Place] = {}
        for place in ranked:
            first.setdefault(place["playerId"], place)
        ranked = list(first.values())
    return ranked[:limit]
