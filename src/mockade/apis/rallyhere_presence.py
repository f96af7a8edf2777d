"""RallyHere presence: what players say of themselves, and what others see of it."""

from __future__ import annotations

from typing import Any

from mockade.dialects import flat_error, pydantic
from mockade.handling import Call, Collection, Reply, Row, Switch, at_least, epoch_seconds, etag

behaviour = (
    Switch(
        "self_ping_interval_seconds",
        30,
        "The default of the documented field; an environment sets its own.",
        vet=at_least(0),
    ),
    Switch(
        "last_seen_age_considered_offline_seconds",
        60,
        "The default of the documented field; an environment sets its own.",
        vet=at_least(0),
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
    presence = _known(call, row["player_uuid"])
    presence.update(display_name=row["display_name"], platform=row["platform"])
    call.rows("presences").put(presence)


listeners = (player_logged_in,)


def get_player_presence_self(call: Call) -> Reply:
    """As it is, invisible too (documented)."""
    presence = _known(call, call.caller.id)
    return _reply(presence)


def update_player_presence_self(call: Call, body: Row) -> Reply:
    """What is left out stays, an empty message goes; online or away counts as being seen (documented)."""
    presence = _known(call, call.caller.id)
    empty: dict[str, Any] = {"message": "", "custom_data": {}}
    for name, value in body.items():
        if value is not None or name in empty:
            presence[name] = empty[name] if value is None else value
    if presence["status"] in ("online", "away"):
        presence["last_seen"] = call.now()
    call.rows("presences").put(presence)
    return Reply(headers={"ETag": etag(presence)})


def get_player_presence_public_by_uuid(call: Call, player_uuid: str) -> Reply:
    """Invisible is offline to others, and so is who has not been seen for so long (documented)."""
    presence = _known(call, call.rows("presences").get(player_uuid.lower()).key)
    age = call.behaviour["last_seen_age_considered_offline_seconds"]
    seen = presence.get("last_seen")
    is_gone = seen is None or epoch_seconds(seen) < call.seconds() - age
    if presence["status"] == "invisible" or is_gone:
        presence["status"] = "offline"
    for private in ("do_not_disturb", "last_seen"):
        presence.pop(private, None)
    return _reply(presence)


def get_presence_settings(call: Call) -> dict[str, Any]:
    return dict(call.behaviour)


def _known(call: Call, player_uuid: str) -> Row:
    """A player's presence, with what it is where nothing was said of it yet."""
    values = {"status": "offline", "message": "", "custom_data": {}, "platform": "Anon", "display_name": ""}
    said = call.rows("presences").find(player_uuid) or Row()
    return Row({**values, "player_uuid": player_uuid, **said}, key=player_uuid, beside=said.beside)


def _reply(presence: Row) -> Reply:
    return Reply(presence, headers={"ETag": etag(presence)})
