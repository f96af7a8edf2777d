"""RallyHere friends: a friendship is two rows, one of each player, and a block one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mockade.dialects import flat_error, pydantic
from mockade.handling import (
    Call,
    Collection,
    Refusal,
    Reply,
    Row,
    Switch,
    at_least,
    etag,
    is_listed,
    joined_key,
)

behaviour = (
    Switch(
        "requests_from_the_blocked",
        "unseen",
        "What comes of asking someone for friendship who blocks one is not published.",
        ("unseen", "refuse"),
    ),
    Switch(
        "most_friends",
        1000,
        "There is a limit, which an environment sets and does not publish.",
        vet=at_least(0),
    ),
    Switch(
        "most_blocked",
        1000,
        "There is a limit, which an environment sets and does not publish.",
        vet=at_least(0),
    ),
)


def _pair(row: Row) -> str:
    """Players are known by UUIDs, whose letters may be of either case."""
    other = row.get("friends_player_uuid") or row["blocked_player_uuid"]
    return joined_key((_whose(row), other.lower()))


def _whose(row: Row) -> str:
    return str(row.beside["player"]).lower()


collections = (
    Collection(
        "friends",
        holds="FriendRelationship",
        key=_pair,
        indexes={"player": lambda row: [_whose(row)]},
    ),
    Collection("blocked", holds="BlockedPlayer", key=_pair, indexes={"player": lambda row: [_whose(row)]}),
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
    player = _own(call, player_uuid)
    rows = list(call.rows("friends").where("player", player))
    return _page("friends", player, rows, page, limit)


def get_friend_relationship_v2(call: Call, player_uuid: str, other_player_uuid: str) -> Reply:
    player, other = _own(call, player_uuid), other_player_uuid.lower()
    return _relationship(_between(call, player, other))


def add_friend_v2(
    call: Call, player_uuid: str, other_player_uuid: str, if_match: str | None, body: Row | None
) -> Reply:
    """Ask, or accept what the other asked (documented); asking again changes nothing but the notes.

    What was asked while the other blocked one is accepted as well, and seen when it is asked again (assumed).
    """
    player, other = _own(call, player_uuid), other_player_uuid.lower()
    own = _between(call, player, other)
    if _is_old(own, if_match):
        return Reply(status=412)
    if player == other:
        raise Refusal(400, "cannot_befriend_self", "A player cannot be their own friend.")
    if _is_blocked(call, player, other):
        raise Refusal(400, "player_blocked", f"{other} is blocked: unblock them first.")
    theirs = _between(call, other, player)["status"]
    is_unseen = own["status"] == "FRIEND_REQUEST_SENT" and theirs == "NONE"
    if own["status"] == "FRIEND_REQUEST_PENDING" or (
        own["status"] == "NONE" and theirs == "FRIEND_REQUEST_SENT"
    ):
        _set(call, player, other, "FRIENDS")
        _set(call, other, player, "FRIENDS")
    elif own["status"] in ("NONE", "FRIEND_REQUEST_DECLINED_BY_OTHER") or (
        is_unseen and not _is_blocked(call, other, player)
    ):
        _ask(call, player, other)
    if body and "notes" in body:
        _note(call, player, other, body["notes"])
    return _relationship(_between(call, player, other))


def delete_friend_v2(call: Call, player_uuid: str, other_player_uuid: str, if_match: str | None) -> Reply:
    """End it; whose request is declined is told so, until they delete it themselves (documented)."""
    player, other = _own(call, player_uuid), other_player_uuid.lower()
    own = _between(call, player, other)
    if _is_old(own, if_match):
        return Reply(status=412)
    declined = own["status"] == "FRIEND_REQUEST_PENDING"
    _end(call, player, other)
    if declined:
        _set(call, other, player, "FRIEND_REQUEST_DECLINED_BY_OTHER")
    elif own["status"] in ("FRIENDS", "FRIEND_REQUEST_SENT"):
        _end(call, other, player)
    return Reply(headers={"ETag": etag(_between(call, player, other))})


def add_notes_v2(call: Call, player_uuid: str, other_player_uuid: str, body: Row) -> Row:
    """Only about players to whom there is some relationship (documented)."""
    player, other = _own(call, player_uuid), other_player_uuid.lower()
    if _between(call, player, other)["status"] == "NONE":
        raise Refusal(400, "no_relationship", f"{other} is nothing to this player.")
    if "notes" in body:
        _note(call, player, other, body["notes"])
    return _between(call, player, other)


def delete_notes_v2(call: Call, player_uuid: str, other_player_uuid: str) -> None:
    player, other = _own(call, player_uuid), other_player_uuid.lower()
    row = call.rows("friends").find(player, other)
    if row is not None and row.pop("notes", None) is not None:
        call.rows("friends").put(row)


def get_blocked_list_for_player_v2(call: Call, player_uuid: str, page: int, limit: int) -> Reply:
    player = _own(call, player_uuid)
    rows = list(call.rows("blocked").where("player", player))
    return _page("blocked", player, rows, page, limit)


def get_blocked_v2(call: Call, player_uuid: str, other_player_uuid: str) -> Row:
    player, other = _own(call, player_uuid), other_player_uuid.lower()
    row = call.rows("blocked").find(player, other)
    if row is None:
        raise Refusal(400, "player_not_blocked", f"{other} is not blocked.")
    return row


def block_v2(call: Call, player_uuid: str, other_player_uuid: str) -> Row:
    """It ends a friendship on both sides (assumed)."""
    player, other = _own(call, player_uuid), other_player_uuid.lower()
    if player == other:
        raise Refusal(400, "cannot_block_self", "A player cannot block themselves.")
    rows = call.rows("blocked")
    known = rows.find(player, other)
    if known is not None:
        return known
    if rows.count("player", player) >= call.behaviour["most_blocked"]:
        raise Refusal(400, "too_many_blocked", "So many players cannot be blocked.")
    _end(call, player, other)
    _end(call, other, player)
    new = {"blocked_player_uuid": other, "last_modified_on": call.now()}
    return rows.add(new, player=player)


def unblock_v2(call: Call, player_uuid: str, other_player_uuid: str) -> None:
    player, other = _own(call, player_uuid), other_player_uuid.lower()
    if _is_blocked(call, player, other):
        call.rows("blocked").remove(player, other)


def _own(call: Call, player_uuid: str) -> str:
    """Lists are their player's (assumed: the permissions that are documented name no one else's)."""
    if player_uuid.lower() != call.caller.id:
        raise Refusal(403, "insufficient_permissions", "Insufficient Permissions")
    return call.caller.id


def _between(call: Call, player: str, other: str) -> Row:
    """What `other` is to `player`; strangers have been that since the beginning of time."""
    row = call.rows("friends").find(player, other)
    nothing = {"status": "NONE", "last_modified_on": "1970-01-01T00:00:00.000Z"}
    return row or Row({"friends_player_uuid": other, **nothing})


def _ask(call: Call, player: str, other: str) -> None:
    unseen = _is_blocked(call, other, player)
    if unseen and call.behaviour["requests_from_the_blocked"] == "refuse":
        raise Refusal(400, "blocked_by_player", f"{other} wants no requests.")
    rows = call.rows("friends")
    if rows.find(player, other) is None and rows.count("player", player) >= call.behaviour["most_friends"]:
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
    return bool(if_match) and not is_listed(if_match or "", etag(row), is_strong=True)


def _relationship(row: Row) -> Reply:
    return Reply(row, headers={"ETag": etag(row)})


def _page(name: str, player: str, rows: Sequence[Row], page: int, limit: int) -> Reply:
    found = rows[page * limit : (page + 1) * limit]
    meta = {"page": page, "limit": limit, "total": len(rows)}
    body: dict[str, Any] = {"player_uuid": player, name: found, "page": meta}
    return Reply(body, headers={"ETag": etag(body)})
