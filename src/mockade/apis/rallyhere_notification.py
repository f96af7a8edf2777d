"""RallyHere notifications: sent, waited for, and looked up; a page and a poll go by the order of sending."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from mockade.dialects import flat_error, pydantic
from mockade.handling import Call, Collection, Refusal, Reply, Row, Switch, Wait, at_least, etag

ignores_undeclared = True

behaviour = (
    Switch("kept_notifications", 100, "How many are kept of a player is not published.", vet=at_least(1)),
    Switch(
        "invitation_message", "session_invite", "What an invitation's notification says is not published."
    ),
    Switch("match_message", "match_made", "What the notification of a match says is not published."),
    Switch("friend_message", "friend_request", "What a friend request's notification says is not published."),
)
collections = (
    Collection(
        "notifications",
        holds="Notification",
        key="notification_id",
        indexes={"player": lambda row: [row.beside["player"]]},
        absent=("resource_not_found", "There is no notification {key}."),
    ),
)

ID = re.compile("[0-9]{12}")

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


def player_invited(call: Call, row: Row) -> None:
    """Somebody was invited to a session: `session_id`, `player_uuid`, and perhaps `inviting_player_uuid`."""
    known = ("session_id", "inviting_player_uuid")
    data = {name: str(row[name]) for name in known if row.get(name)}
    _tell(call, row["player_uuid"], call.behaviour["invitation_message"], data)


def match_made(call: Call, row: Row) -> None:
    """A match was made of those who waited: `session_id`, `player_uuid`."""
    _tell(call, row["player_uuid"], call.behaviour["match_message"], {"session_id": str(row["session_id"])})


def friend_requested(call: Call, row: Row) -> None:
    """Somebody asked for friendship: `player_uuid`, `requesting_player_uuid`."""
    data = {"requesting_player_uuid": str(row["requesting_player_uuid"])}
    _tell(call, row["player_uuid"], call.behaviour["friend_message"], data)


listeners = (player_invited, match_made, friend_requested)


def player_long_poll_for_notifications_self(
    call: Call, max_page_size: int, exclude_before: str | None, offset_reset_strategy: str, deadline: int
) -> dict[str, Any] | Wait:
    return _poll(call, call.caller.id, max_page_size, exclude_before, offset_reset_strategy, deadline)


def player_long_poll_for_notifications(
    call: Call,
    player_uuid: str,
    max_page_size: int,
    exclude_before: str | None,
    offset_reset_strategy: str,
    deadline: int,
) -> dict[str, Any] | Wait:
    player = _allowed(call, player_uuid, "read")
    return _poll(call, player, max_page_size, exclude_before, offset_reset_strategy, deadline)


def player_get_notifications_page_self(
    call: Call, page_size: int, start_at: str | None, exclude_before: str | None
) -> Reply:
    return _page(call, call.caller.id, page_size, start_at, exclude_before)


def player_get_notifications_page(
    call: Call, player_uuid: str, page_size: int, start_at: str | None, exclude_before: str | None
) -> Reply:
    player = _allowed(call, player_uuid, "read")
    return _page(call, player, page_size, start_at, exclude_before)


def player_create_notification_self(call: Call, body: Row) -> dict[str, Any]:
    return _create(call, call.caller.id, body)


def player_create_notification(call: Call, player_uuid: str, body: Row) -> dict[str, Any]:
    player = _allowed(call, player_uuid, "write")
    return _create(call, player, body)


def player_get_notification_by_id_self(call: Call, notification_id: str) -> Row:
    return _one(call, call.caller.id, notification_id)


def player_get_notification_by_id(call: Call, player_uuid: str, notification_id: str) -> Row:
    player = _allowed(call, player_uuid, "read")
    return _one(call, player, notification_id)


def _allowed(call: Call, player_uuid: str, what: str) -> str:
    """The player in small letters. For others than oneself it takes that for any player (documented)."""
    anybody = ("notification:player:*", f"notification:player:{what}")
    player = player_uuid.lower()
    if player != call.caller.id and not call.caller.holds(*anybody):
        raise Refusal(403, "insufficient_permissions", "Insufficient Permissions")
    return player


def _poll(
    call: Call, player: str, most: int, after: str | None, strategy: str, deadline: int
) -> dict[str, Any] | Wait:
    """The oldest that are newer. A cursor that no call gave counts as none: `latest` then sees what comes."""
    rows = call.rows("notifications")
    start = call.memo or after or ""
    newer = _newer(call, player, start)
    if newer is None:
        own = list(rows.where("player", player))
        newer = own if strategy == "earliest" else []
        start = own[-1].key if own and not newer else _id(0 if newer else rows.births)
    found = newer[:most]
    if not found and not call.timed_out:
        return Wait("notifications", deadline, "player", player, memo=start)
    return {"notifications": found, "cursor": found[-1].key if found else start}


def _page(call: Call, player: str, size: int, start_at: str | None, after: str | None) -> Reply:
    """The newest first, from `start_at` on and down to `exclude_before`, exclusively (documented)."""
    rows = call.rows("notifications")
    newer = _newer(call, player, after or "")
    found = list(rows.where("player", player)) if newer is None else newer
    if start_at:
        if not _is_ones(call, player, start_at):
            raise Refusal(400, "bad_id", f"There is no notification {start_at} to start at.")
        above = {row.key for row in _newer(call, player, start_at) or ()}
        found = [row for row in found if row.key not in above]
    following = found[-size - 1].key if len(found) > size else ""
    body = {"notifications": found[-size:][::-1], "cursor": following}
    return Reply(body, headers={"ETag": etag(body)})


def _newer(call: Call, player: str, cursor: str) -> list[Row] | None:
    """Those sent to a player after a cursor, oldest first; None where no answer can have given it."""
    rows = call.rows("notifications")
    own = list(rows.where("player", player))
    for at, row in enumerate(own, 1):
        if row.key == cursor:
            return own[at:]
    if ID.fullmatch(cursor) is None or int(cursor) > rows.births:
        return None
    return [row for row in own if _number(call, row) > int(cursor)]


def _number(call: Call, row: Row) -> int:
    """The place in the order of sending; fixtures may call a notification as they like."""
    return int(row.key) if ID.fullmatch(row.key) else call.rows("notifications").birth(row.key)


def _create(call: Call, player: str, body: Row) -> dict[str, Any]:
    sent = [_add(call, player, one) for one in body["notifications"]]
    return {"notification_id": sent[-1].key if sent else _id(call.rows("notifications").births)}


def _one(call: Call, player: str, notification_id: str) -> Row:
    if not _is_ones(call, player, notification_id):
        raise call.rows("notifications").absent(notification_id)
    return call.rows("notifications").get(notification_id)


def _is_ones(call: Call, player: str, notification_id: str) -> bool:
    row = call.rows("notifications").find(notification_id)
    return row is not None and row.beside["player"] == player


def _tell(call: Call, player: str, message: str, data: dict[str, str]) -> None:
    session = data.get("session_id")
    where = {"rh_url": f"/session/v1/session/{session}"} if session else {}
    _add(call, player, {"message": message, "custom_data": data, **where})


def _add(call: Call, player: str, values: dict[str, Any]) -> Row:
    """The oldest of a player give way to new ones."""
    rows = call.rows("notifications")
    own: Iterator[Row] = rows.where("player", player)
    if rows.count("player", player) >= call.behaviour["kept_notifications"]:
        rows.remove(next(own).key)
    number = rows.births + 1
    while rows.find(_id(number)) is not None:  # a fixture's
        number += 1
    new = {**values, "notification_id": _id(number), "created": call.now()}
    return rows.add(new, player=player)


def _id(number: int) -> str:
    """Ids are in the order of sending, which clients do not know (documented: opaque)."""
    return f"{number:012d}"
