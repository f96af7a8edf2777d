"""Deserters: who left matches too often, and is held off from waiting for others until a moment."""

from __future__ import annotations

from typing import Any

from mockade.handling import Call, Refusal, Row, epoch_seconds, joined_key

from .membership import active_players
from .permissions import ALL, insufficient


def get_all_deserter_configs(call: Call) -> dict[str, Any]:
    return {"deserter_configs": list(call.rows("deserters"))}


def get_specific_deserter_config(call: Call, deserter_id: str) -> Row:
    return call.rows("deserters").get(deserter_id.lower())


def get_player_deserter_self(call: Call, deserter_id: str) -> dict[str, Any]:
    return _standing(call, call.caller.id, deserter_id)


def get_player_deserter(call: Call, player_uuid: str, deserter_id: str) -> dict[str, Any]:
    _need_own(call, player_uuid)
    return _standing(call, player_uuid, deserter_id)


def get_all_player_deserters(call: Call, player_uuid: str) -> dict[str, Any]:
    _need_own(call, player_uuid)
    rows = call.rows("player_deserters").where("player", player_uuid.lower())
    return {"deserter_statuses": [_standing(call, player_uuid, row["deserter_id"]) for row in rows]}


def put_player_deserter(call: Call, player_uuid: str, deserter_id: str, body: Row) -> dict[str, Any]:
    _need_all(call)
    held_off = {**body, "deserter_id": deserter_id, "deserter_status": True, "last_updated": call.now()}
    row = Row(held_off, beside={"player": player_uuid.lower()})
    row.key = _key(player_uuid, deserter_id)
    call.rows("player_deserters").put(row)
    return _standing(call, player_uuid, deserter_id)


def delete_player_deserter(call: Call, player_uuid: str, deserter_id: str) -> None:
    _need_all(call)
    rows = call.rows("player_deserters")
    if rows.find(_key(player_uuid, deserter_id)) is not None:
        rows.remove(_key(player_uuid, deserter_id))


def delete_all_player_deserter(call: Call, player_uuid: str) -> None:
    _need_all(call)
    rows = call.rows("player_deserters")
    for row in list(rows.where("player", player_uuid.lower())):
        rows.remove(row.key)


def clear_all_deserter(call: Call) -> None:
    _need_all(call)
    for row in list(call.rows("player_deserters")):
        call.rows("player_deserters").remove(row.key)
    for config in list(call.rows("deserters")):
        call.rows("deserters").change(config.key, last_cleared_timestamp=call.now())


def clear_specific_deserter(call: Call, deserter_id: str) -> None:
    _need_all(call)
    config = call.rows("deserters").get(deserter_id.lower())
    for row in list(call.rows("player_deserters").where("deserter", config.key)):
        call.rows("player_deserters").remove(row.key)
    call.rows("deserters").change(config.key, last_cleared_timestamp=call.now())


def need_no_deserter(call: Call, session: Row, deserter_id: str | None) -> None:
    """Refuse a session with a deserter of the kind that a kind of match holds off (documented)."""
    if deserter_id is None:
        return
    for player in active_players(session):
        if _standing(call, player["player_uuid"], deserter_id)["deserter_status"]:
            message = f"Player {player['player_uuid']} has deserted and is held off"
            raise Refusal(403, "player_is_deserter", message)


def key_of(row: Row) -> str:
    return _key(row.beside["player"], row["deserter_id"])


def _key(player: str, deserter_id: str) -> str:
    return joined_key((player.lower(), deserter_id.lower()))


def _standing(call: Call, player: str, deserter_id: str) -> dict[str, Any]:
    """How a player stands at this moment: nobody is held off for ever, and counts begin anew (documented)."""
    row = call.rows("player_deserters").find(_key(player, deserter_id))
    if row is None:
        return {"deserter_id": deserter_id, "deserter_status": False, "deserter_count": 0}
    until, reset = row.get("deserter_expiration"), row.get("deserter_reset")
    row["deserter_status"] = until is not None and epoch_seconds(until) > call.seconds()
    if reset is not None and epoch_seconds(reset) <= call.seconds():
        row["deserter_count"] = 0
    return row


def _need_own(call: Call, player_uuid: str) -> None:
    if player_uuid.lower() != call.caller.id:
        _need_all(call)


def _need_all(call: Call) -> None:
    if not call.caller.holds(ALL):
        raise insufficient()
