"""RallyHere friends: a friendship is two rows, one of each player, and a block one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mockade.dialects import flat_error, pydantic
from mockade.handling import Call, Collection, Refusal, Reply, Row, Switch, etag, joined_key

behaviour = (
    Switch(
        "requests_from_the_blocked",
        "unseen",
        "What comes of asking someone for friendship who blocks one is not published.",
        ("unseen", "refuse"),
    ),
    Switch("most_friends", 1000, "There is a limit, which an environment sets and does not publish."),
    Switch("most_blocked", 1000, "There is a limit, which an environment sets and does not publish."),
)


def _pair(row: Row) -> str:
    return joined_key((row.beside["player"], row.get("friends_player_uuid") or row["blocked_player_uuid"]))


collections = (
    Collection(
        "friends",
        holds="FriendRelationship",
        key=_pair,
        indexes={"player": lambda row: [row.beside["player"]]},
    ),
    Collection(
        "blocked", holds="BlockedPlayer", key=_pair, indexes={"player": lambda row: [row.beside["player"]]}
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


def get_friends_list_for_player_v2(call: Call, player_uuid: str, page: int, limit: int) -> Reply:
    _need_own(call, player_uuid)
    rows = list(call.rows("friends").where("player", player_uuid))
    return _page("friends", player_uuid, rows, page, limit)


def get_friend_relationship_v2(call: Call, player_uuid: str, other_player_uuid: str) -> Reply:
    _need_own(call, player_uuid)
    return _relationship(_between(call, player_uuid, other_player_uuid))


def add_friend_v2(
    call: Call, player_uuid: str, other_player_uuid: str, if_match: str | None, body: Row | None
) -> Reply:
    """Ask, or accept what the other asked (documented); asking again changes nothing but the notes."""
    _need_own(call, player_uuid)
    own = _between(call, player_uuid, other_player_uuid)
    if _is_old(own, if_match):
        return Reply(status=412)
    if player_uuid == other_player_uuid:
        raise Refusal(400, "cannot_befriend_self", "A player cannot be their own friend.")
    if _is_blocked(call, player_uuid, other_player_uuid):
        raise Refusal(400, "player_blocked", f"{other_player_uuid} is blocked: unblock them first.")
    if own["status"] in ("NONE", "FRIEND_REQUEST_DECLINED_BY_OTHER"):
        _ask(call, player_uuid, other_player_uuid)
    elif own["status"] == "FRIEND_REQUEST_PENDING":
        _set(call, player_uuid, other_player_uuid, "FRIENDS")
        _set(call, other_player_uuid, player_uuid, "FRIENDS")
    if body and "notes" in body:
        _note(call, player_uuid, other_player_uuid, body["notes"])
    return _relationship(_between(call, player_uuid, other_player_uuid))


def delete_friend_v2(call: Call, player_uuid: str, other_player_uuid: str, if_match: str | None) -> Reply:
    """End it; whose request is declined is told so, until they delete it themselves (documented)."""
    _need_own(call, player_uuid)
    own = _between(call, player_uuid, other_player_uuid)
    if _is_old(own, if_match):
        return Reply(status=412)
    declined = own["status"] == "FRIEND_REQUEST_PENDING"
    _end(call, player_uuid, other_player_uuid)
    if declined:
        _set(call, other_player_uuid, player_uuid, "FRIEND_REQUEST_DECLINED_BY_OTHER")
    elif own["status"] in ("FRIENDS", "FRIEND_REQUEST_SENT"):
        _end(call, other_player_uuid, player_uuid)
    return Reply(headers={"ETag": etag(_between(call, player_uuid, other_player_uuid))})


def add_notes_v2(call: Call, player_uuid: str, other_player_uuid: str, body: Row) -> Row:
    """Only about players to whom there is some relationship (documented)."""
    _need_own(call, player_uuid)
    if _between(call, player_uuid, other_player_uuid)["status"] == "NONE":
        raise Refusal(400, "no_relationship", f"{other_player_uuid} is nothing to this player.")
    if "notes" in body:
        _note(call, player_uuid, other_player_uuid, body["notes"])
    return _between(call, player_uuid, other_player_uuid)


def delete_notes_v2(call: Call, player_uuid: str, other_player_uuid: str) -> None:
    _need_own(call, player_uuid)
    row = call.rows("friends").find(player_uuid, other_player_uuid)
    if row is not None and row.pop("notes", None) is not None:
        call.rows("friends").put(row)


def get_blocked_list_for_player_v2(call: Call, player_uuid: str, page: int, limit: int) -> Reply:
    _need_own(call, player_uuid)
    rows = list(call.rows("blocked").where("player", player_uuid))
    return _page("blocked", player_uuid, rows, page, limit)


def get_blocked_v2(call: Call, player_uuid: str, other_player_uuid: str) -> Row:
    _need_own(call, player_uuid)
    row = call.rows("blocked").find(player_uuid, other_player_uuid)
    if row is None:
        raise Refusal(400, "player_not_blocked", f"{other_player_uuid} is not blocked.")
    return row


def block_v2(call: Call, player_uuid: str, other_player_uuid: str) -> Row:
    """It ends a friendship on both sides (assumed)."""
    _need_own(call, player_uuid)
    if player_uuid == other_player_uuid:
        raise Refusal(400, "cannot_block_self", "A player cannot block themselves.")
    rows = call.rows("blocked")
    known = rows.find(player_uuid, other_player_uuid)
    if known is not None:
        return known
    if rows.count("player", player_uuid) >= call.behaviour["most_blocked"]:
        raise Refusal(400, "too_many_blocked", "So many players cannot be blocked.")
    _end(call, player_uuid, other_player_uuid)
    _end(call, other_player_uuid, player_uuid)
    new = {"blocked_player_uuid": other_player_uuid, "last_modified_on": call.now()}
    return rows.add(new, player=player_uuid)


def unblock_v2(call: Call, player_uuid: str, other_player_uuid: str) -> None:
    _need_own(call, player_uuid)
    if _is_blocked(call, player_uuid, other_player_uuid):
        call.rows("blocked").remove(player_uuid, other_player_uuid)


def _need_own(call: Call, player_uuid: str) -> None:
    """Lists are their player's (assumed: the permissions that are documented name no one else's)."""
    if player_uuid != call.caller.id:
        raise Refusal(403, "insufficient_permissions", "Insufficient Permissions")


def _between(call: Call, player: str, other: str) -> Row:
    """What `other` is to `player`; strangers have been that since the beginning of time."""
    row = call.rows("friends").find(player, other)
    nothing = {"status": "NONE", "last_modified_on": "1970-01-01T00:00:00.000Z"}
    return row or Row({"friends_player_uuid": other, **nothing})


def _ask(call: Call, player: str, other: str) -> None:
    unseen = _is_blocked(call, other, player)
    if unseen and call.behaviour["requests_from_the_blocked"] == "refuse":
        raise Refusal(400, "blocked_by_player", f"{other} wants no requests.")
    if call.rows("friends").count("player", player) >= call.behaviour["most_friends"]:
        raise Refusal(400, "too_many_friends", "So many friends are not allowed.")
    _set(call, player, other, "FRIEND_REQUEST_SENT")
    if not unseen:
        _set(call, other, player, "FRIEND_REQUEST_PENDING")
        call.emit("friend_requested", {"player_uuid": other, "requesting_player_uuid": player})


def _set(call: Call, player: str, other: str, status: str) -> None:
    known = call.rows("friends").find(player, other) or Row({}, key=joined_key((player, other)))
    known |= {"friends_player_uuid": other, "status": status, "last_modified_on": call.now()}
    known.beside["player"] = player
    call.rows("friends").put(known)


def _note(call: Call, player: str, other: str, notes: str) -> None:
    call.rows("friends").change(player, other, notes=notes, last_modified_on=call.now())


def _end(call: Call, player: str, other: str) -> None:
    if call.rows("friends").find(player, other) is not None:
        call.rows("friends").remove(player, other)


def _is_blocked(call: Call, player: str, other: str) -> bool:
    return call.rows("blocked").find(player, other) is not None


def _is_old(row: Row, if_match: str | None) -> bool:
    return bool(if_match) and if_match not in (etag(row), "*")


def _relationship(row: Row) -> Reply:
    return Reply(row, headers={"ETag": etag(row)})


def _page(name: str, player: str, rows: Sequence[Row], page: int, limit: int) -> Reply:
    found = rows[page * limit : (page + 1) * limit]
    meta = {"page": page, "limit": limit, "total": len(rows)}
    body: dict[str, Any] = {"player_uuid": player, name: found, "page": meta}
    return Reply(body, headers={"ETag": etag(body)})
