"""Users: people with an account, whichever app they play."""

from __future__ import annotations

from typing import Any

from mockade.handling import Call, Refusal, Row

from .tokens import new_session, privy_id

_UNKNOWN = ("unauthorized", "Unauthorized")


def sign_in_with_privy(call: Call, body: dict[str, Any]) -> dict[str, Any]:
    """Who is not known yet is made (documented), with nothing but an id (assumed: a token tells no more)."""
    if not body["token"]:
        raise Refusal(400, "bad_request", "A token is needed")
    known_as = privy_id(body["token"], call.seconds())
    if known_as is None:
        raise Refusal(401, *_UNKNOWN)
    users = call.rows("users")
    user = next(users.where("privy", known_as), None)
    if user is None:
        new: dict[str, Any] = dict.fromkeys(
            ("email", "firstName", "lastName", "phoneNumber", "username", "imageUrl")
        )
        user = users.add({**new, "id": call.new_uuid(), "createdAt": call.now()}, privy=known_as)
    return {"user": _account(user), "meshmapSessionToken": new_session(call, user)}


def _account(user: Row) -> dict[str, Any]:
    """Who the user is and what they may: nothing in particular, unless fixtures say so (assumed)."""
    named = {name: user.get(name) for name in ("id", "email", "firstName", "lastName")}
    return {
        **named,
        "roles": user.beside.get("roles", []),
        "isAdmin": user.beside.get("isAdmin", False),
        "hasOpsAccess": user.beside.get("hasOpsAccess", False),
    }


def caller_of(call: Call) -> Row:
    """The user whose session token came. A token of somebody who is not there is a bad one (assumed)."""
    user = call.rows("users").find(call.caller.id)
    if user is None:
        raise Refusal(401, *_UNKNOWN)
    return user


def get_user(call: Call) -> Row:
    return caller_of(call)


def update_user(call: Call, body: dict[str, Any]) -> Row:
    """A username is one user's alone (documented), compared to the letter (assumed)."""
    user, users = caller_of(call), call.rows("users")
    name = body["username"]
    if user.get("username") != name and users.count("username", name):
        message = "Another user has this username"
        raise Refusal(call.behaviour["taken_username"], "conflict", message)
    return users.change(user.key, username=name)
