"""Mini game types: the kinds of games of an app."""

from __future__ import annotations

from typing import Any

from mockade.handling import Call, Refusal, Row

from .apps import app_of, in_app


def list_mini_game_types(call: Call, mini_game_type_name: str | None) -> dict[str, Any]:
    """The oldest first (assumed); the filter by name is documented, how it compares is a switch."""
    exact = call.behaviour["mini_game_type_filter"] == "exact"
    types = call.rows("minigame-types").where("app", app_of(call))
    return {"miniGameTypes": [kind for kind in types if named(kind["name"], mini_game_type_name, exact)]}


def named(name: str, wanted: str | None, exact: bool) -> bool:
    """Whether a name matches a filter; without a filter all do."""
    return wanted is None or (name == wanted if exact else wanted in name)


def create_mini_game_type(call: Call, body: dict[str, Any]) -> Row:
    """Names are unique in the app (documented), compared to the letter (assumed)."""
    types = call.rows("minigame-types")
    if types.count("name", in_app(call, body["name"])):
        message = "A mini game type with this name already exists"
        raise Refusal(call.behaviour["taken_name"], "conflict", message)
    kind = {
        "id": call.new_uuid(),
        "name": body["name"],
        "description": body["description"],
        "imageUrl": body.get("imageUrl"),
        "createdAt": call.now(),
    }
    return types.add(kind, app=app_of(call))
