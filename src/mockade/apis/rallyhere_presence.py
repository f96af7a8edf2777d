"""RallyHere presence: what players say of themselves, and what others see of it."""

from __future__ import annotations

from typing import Any

from mockade.dialects import flat_error, pydantic
from mockade.handling import Call, Collection, Reply, Row, Switch, etag

behaviour = (
    Switch(
        "self_ping_interval_seconds", 30, "The default of the documented field; an environment sets its own."
    ),
    Switch(
        "last_seen_age_considered_offline_seconds",
        60,
        "The default of the documented field; an environment sets its own.",
    ),
)
collections = (
    Collection(
        "presences",
        holds="PlayerPresence",
        key="player_uuid",
        absent=("resource_not_found", "Nobody knows the player {key}."),
    ),
)
pure = True
ignores_undeclared = True

dialect = pydantic.dialect(
    flat_error("desc", "error_code", authenticated="auth_success"),
    "HzApiErrorModel",
    engine={
        "unauthenticated": (403, "auth_malformed_access"),
        "unknown_credential": (403, "auth_token_unknown"),
        "credential_refused": (403, "auth_token_format"),
        "forbidden": (403, "insufficient_permissions"),
    },
)


def player_logged_in(call: Call, row: Row) -> None:
    """The users service tells who somebody is; that they are there they have to say themselves."""
    known = call.rows("presences").find(row["player_uuid"]) or _stranger(row["player_uuid"])
    call.rows("presences").put(
        _keyed({**known, "display_name": row["display_name"], "platform": row["platform"]})
    )


listeners = (player_logged_in,)


def get_player_presence_self(call: Call) -> Reply:
    """As it is, invisible too (documented)."""
    presence = call.rows("presences").find(call.caller.id) or _stranger(call.caller.id)
    return _reply(presence)


def update_player_presence_self(call: Call, body: Row) -> Reply:
    """What is left out stays, an empty message goes; online or away counts as being seen (documented)."""
    presence = call.rows("presences").find(call.caller.id) or _stranger(call.caller.id)
    empty: dict[str, Any] = {"message": "", "custom_data": {}}
    for name, value in body.items():
        if value is not None or name in empty:
            presence[name] = empty[name] if value is None else value
    if presence["status"] in ("online", "away"):
        presence["last_seen"] = call.now()
    call.rows("presences").put(_keyed(presence))
    return Reply(headers={"ETag": etag(presence)})


def get_player_presence_public_by_uuid(call: Call, player_uuid: str) -> Reply:
    """Invisible is offline to others, and so is who has not been seen for so long (documented)."""
    presence = call.rows("presences").get(player_uuid.lower())
    age = call.behaviour["last_seen_age_considered_offline_seconds"]
    if presence["status"] == "invisible" or presence.get("last_seen", "") < call.later(-age):
        presence["status"] = "offline"
    for private in ("do_not_disturb", "last_seen"):
        presence.pop(private, None)
    return _reply(presence)


def get_presence_settings(call: Call) -> dict[str, Any]:
    return dict(call.behaviour)


def _stranger(player_uuid: str) -> Row:
    """A player of whom nothing was said yet."""
    values = {"status": "offline", "message": "", "custom_data": {}, "platform": "Anon", "display_name": ""}
    return Row({**values, "player_uuid": player_uuid}, key=player_uuid)


def _keyed(values: dict[str, Any]) -> Row:
    return Row(values, key=values["player_uuid"])


def _reply(presence: Row) -> Reply:
    return Reply(presence, headers={"ETag": etag(presence)})
