"""Rankings: where one player stands on the leaderboards."""

from __future__ import annotations

from typing import Any

from mockade.handling import Call, Refusal

from .apps import app_of, in_app
from .leaderboards import Place, all_places, best


def get_player_ranking(call: Call, id: str, mini_game_type_id: str | None) -> dict[str, Any]:
    """In games of no type unless one is named (documented). Nobody plays an unknown type (assumed)."""
    player = call.rows("players").get(in_app(call, id))
    standing = _standing(all_places(call).get(mini_game_type_id, []), player["id"])
    if standing is None and call.behaviour["unranked_player"] == 404:
        raise Refusal(404, "not_found", "The player has no ranking")
    asked = {"miniGameTypeId": mini_game_type_id} if mini_game_type_id is not None else {}
    return {"playerId": player["id"], **asked, **(standing or {"ranking": None, "score": None})}


def rankings_by_type(call: Call, player_id: str) -> list[dict[str, Any]]:
    """One for each mini game type that the player took part in (documented), the oldest type first."""
    places = all_places(call)
    rankings = []
    for kind in call.rows("minigame-types").where("app", app_of(call)):
        standing = _standing(places.get(kind["id"], []), player_id)
        if standing is not None:
            rankings.append({"miniGameTypeId": kind["id"], "miniGameTypeName": kind["name"], **standing})
    return rankings


def _standing(places: list[Place], player_id: str) -> dict[str, Any] | None:
    """The player's place among players, each once with the best score, as on a leaderboard (assumed)."""
    for ranking, place in enumerate(best(places, each_player_once=True), 1):
        if place["playerId"] == player_id:
            return {"ranking": ranking, "score": place["playerScore"]}
    return None
