"""Players: who can be registered to the sessions of an app."""

from __future__ import annotations

from typing import Any

from mockade.handling import Call, Refusal, Row

from .apps import app_of, in_app
from .rankings import rankings_by_type


def list_players(call: Call) -> dict[str, Any]:
    """The oldest first (assumed)."""
    return {"players": list(call.rows("players").where("app", app_of(call)))}


def create_player(call: Call, body: dict[str, Any]) -> Row:
    """Display names are unique in the app (documented), compared to the letter (assumed)."""
    _need_free_name(call, body["displayName"])
    now = call.now()
    player = {
        "id": call.new_uuid(),
        "displayName": body["displayName"],
        "userId": body.get("userId"),
        "imageUrl": None,
        "createdAt": now,
        "updatedAt": now,
    }
    return call.rows("players").add(player, app=app_of(call))


def get_player(call: Call, id: str, include_rankings: bool) -> Row:
    """Another app's player is absent (inferred: the page documents no forbidden outcome here)."""
    player = call.rows("players").get(in_app(call, id))
    if include_rankings:
        player["rankings"] = rankings_by_type(call, player["id"])
    return player


def update_player(call: Call, id: str, body: dict[str, Any]) -> Row:
    """Another app's player is 403, one that nobody has is 404 (both documented)."""
    players = call.rows("players")
    player = players.find(in_app(call, id))
    if player is None:
        if players.count("id", id):
            raise Refusal(403, "forbidden", "The player belongs to another app")
        raise players.absent(id)
    new = {name: body[name] for name in ("displayName", "userId") if name in body}
    if new.get("displayName", player["displayName"]) != player["displayName"]:
        _need_free_name(call, new["displayName"])
    return players.change(player.key, **new, updatedAt=call.now())


def _need_free_name(call: Call, name: str) -> None:
    if call.rows("players").count("name", in_app(call, name)):
        message = "A player with this display name already exists"
        raise Refusal(call.behaviour["taken_name"], "conflict", message)
