"""RallyHere users: a login by platform, password or refresh token gives the token that all services take."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from mockade.dialects import flat_error, pydantic
from mockade.handling import Call, Caller, Collection, Refusal, Row, etag

from .switches import behaviour

__all__ = ["behaviour"]

ignores_undeclared = True

collections = (
    Collection(
        "accounts",
        holds="Account",
        key="player_uuid",
        indexes={"portal": lambda row: [(one["platform"], one["portal_user_id"]) for one in row["portals"]]},
        absent=("resource_not_found", "Nobody knows the player {key}."),
    ),
    Collection("refresh_tokens", holds="RefreshToken", key="refresh_token"),
    Collection(
        "purges",
        holds="PurgeResponse",
        key="person_id",
        absent=("purge_not_found", "Nothing is to be deleted."),
    ),
)

PLATFORMS = {
    "anon": ("Anon", "anon_token_empty"),
    "google": ("Google", "google_token_empty"),
    "apple": ("Apple", "apple_token_empty"),
    "epic": ("Epic", "epic_token_empty"),
    "xboxlive": ("XboxLive", "xbox_xsts_token_empty"),
    "ps4_v1": ("PSN", "ps4_v1_token_empty"),
    "ps4_v3": ("PSN", "ps4_v3_token_empty"),
    "ps5_v3": ("PSN", "ps5_v3_token_empty"),
    "nintendo_switch": ("NintendoSwitch", "nintendo_token_empty"),
    "steam": ("Steam", "steam_token_empty"),
    "rallyhere": ("RallyHere", "developer_api_token_empty"),
    "android_device": ("AndroidDevice", "android_device_token_empty"),
    "ios_device": ("iosDevice", "ios_device_token_empty"),
}
"""By grant type: the platform, and the documented code for a token that is empty."""

PORTALS = {
    "Anon": 2,
    "Steam": 5,
    "PSN": 9,
    "XboxLive": 10,
    "Basic": 11,
    "Google": 13,
    "NintendoSwitch": 22,
    "Apple": 24,
    "Epic": 28,
}
"""The old numbers of platforms (documented for sessions); one without is answered as 0."""

dialect = pydantic.dialect(
    flat_error("desc", "error_code", authenticated="auth_success"),
    "HzApiErrorModel",
    engine={
        "unauthenticated": (403, "auth_malformed_access"),
        "unknown_credential": (403, "auth_token_unknown"),
        "credential_refused": (403, "auth_token_format"),
        "forbidden": (403, "insufficient_permissions"),
        "unauthenticated:HTTPBasic": (403, "client_credentials_invalid"),
        "unknown_credential:HTTPBasic": (403, "client_credentials_invalid"),
    },
)


def login(call: Call, body: Row) -> dict[str, Any]:
    """The grant says who the player is: a platform's token names its user (assumed: nobody looks into it)."""
    if body["grant_type"] == "client_credentials":
        if not call.caller.facts.get("server"):
            raise Refusal(403, "insufficient_permissions", "Insufficient Permissions")
        return _result(call, None, call.behaviour["host_permissions"])
    account, portal = _known(call, body)
    if account is not None and account.get("restrictions"):
        raise Refusal(403, "user_auth_restricted", "Authentication for this user has been restricted")
    agreed = body["accept_eula"] and body["accept_tos"] and body["accept_privacy_policy"]
    if call.behaviour["agreements"] == "asked" and body["grant_type"] != "refresh" and not agreed:
        raise Refusal(403, "user_needs_agreements", "The terms have to be accepted.")
    if account is None:
        account = _new_account(call, portal, body["portal_display_name"])
    result = _result(call, account, _permissions(call, account))
    if body["include_refresh"]:
        token = call.new_uuid()
        owner = {"player_uuid": account["player_uuid"], "client_id": call.caller.id}
        call.rows("refresh_tokens").add(
            {"refresh_token": token, **owner, **({"portal": portal} if portal else {})}
        )
        result["refresh_token"] = token
    if portal is not None:
        result |= {**portal, "portal_id": PORTALS.get(portal["platform"], 0)}
    facts = {"player_uuid": account["player_uuid"], "display_name": account["display_name"]}
    call.emit("player_logged_in", {**facts, "platform": portal["platform"] if portal else "Anon"})
    return result


def logout(call: Call, body: Row) -> dict[str, Any]:
    """An access token is good until its time is over (inferred: services know tokens by their signature)."""
    if call.rows("refresh_tokens").find(body["refresh_token"]) is not None:
        call.rows("refresh_tokens").remove(body["refresh_token"])
    return {}


def get_player_links_for_self(call: Call) -> dict[str, Any]:
    return get_player_links(call, call.caller.id)


def get_player_links(call: Call, player_uuid: str) -> dict[str, Any]:
    account = call.rows("accounts").get(player_uuid.lower())
    ids = {"player_id": account["player_id"], "player_uuid": account["player_uuid"]}
    active = {"active_player_id": account["player_id"], "active_player_uuid": account["player_uuid"]}
    linked = [
        {**one, "portal_id": PORTALS.get(one["platform"], 0), "display_name": account["display_name"], **ids}
        for one in account["portals"]
    ]
    return {"player": {**ids, **active, "person_id": account["person_id"]}, "linked_portals": linked}


def get_person_for_self(call: Call) -> dict[str, Any]:
    """Whoever is no player, as a server, is answered with nothing (assumed: no field is required)."""
    account = call.rows("accounts").find(call.caller.id)
    if account is None:
        return {}
    email = {"email": account["email"]} if "email" in account else {}
    return {"person_id": account["person_id"], "active_player_id": account["player_id"], **email}


def get_queue_purge_status_for_me(call: Call) -> Row:
    account = call.rows("accounts").find(call.caller.id)
    return call.rows("purges").get(account["person_id"] if account else call.caller.id)


def access_token_expires(call: Call, token: str) -> None:
    """On the timeline: the token is refused as expired from now on, and forgotten a day later."""
    call.admit("HTTPBearer", token, Caller("expired", refused="auth_token_expired"))
    call.set_event("access_token_is_forgotten", token, 86_400)


def access_token_is_forgotten(call: Call, token: str) -> None:
    call.dismiss("HTTPBearer", token)


timeline = (access_token_expires, access_token_is_forgotten)


def vet_caller(caller: Caller) -> str:
    """What the game's clients say of themselves: whether they are servers, and the UUID that a server is."""
    server, client = caller.facts.get("server", False), caller.facts.get("client_uuid")
    if not isinstance(server, bool):
        return f"`server` is {server!r}. Say true for a game server, false for a client."
    if client is None:
        return ""
    try:
        written = str(UUID(client))
    except (ValueError, AttributeError, TypeError):
        return f"`client_uuid` is {client!r}, which is no UUID. Write it as a0000000-0000-4000-…"
    return "" if written == client else f"Write the `client_uuid` {client!r} as {written}."


def on_start(call: Call) -> None:
    """Raises ValueError for what stands beside accounts and cannot be."""
    for account in call.rows("accounts"):
        password, may = account.beside.get("password", ""), account.beside.get("permissions", [])
        if not isinstance(password, str):
            raise ValueError(f"_password of the account {account.key} is {password!r}: a text (quote it).")
        if not isinstance(may, list) or not all(isinstance(one, str) for one in may):
            raise ValueError(f"_permissions of the account {account.key} are {may!r}: a list of texts.")


def _known(call: Call, body: Row) -> tuple[Row | None, dict[str, str] | None]:
    """The account that a login means, and the platform's user; no account where that user is new.

    A platform's token is a secret: a user that nobody has named is called by its fingerprint.
    """
    grant, token = body["grant_type"], body["portal_access_token"]
    if grant == "refresh":
        return _refreshed(call, token)
    if grant == "basic":
        return _by_password(call, token)
    platform, empty = PLATFORMS[grant]
    if not token:
        raise Refusal(403, empty, f"The token of {grant} is empty.")
    named = None if _FINGERPRINT.fullmatch(token) else _at(call, platform, token)
    portal = {"platform": platform, "portal_user_id": token if named else _fingerprint(platform, token)}
    account = named or _at(call, **portal)
    if account is None and call.behaviour["unknown_players"] == "refuse":
        raise Refusal(
            403, "create_new_user_not_allowed", "Cannot create the requested new user from this context."
        )
    return account, portal


def _at(call: Call, platform: str, portal_user_id: str) -> Row | None:
    return next(call.rows("accounts").where("portal", (platform, portal_user_id)), None)


_FINGERPRINT = re.compile("user-[0-9a-f]{24}")


def _fingerprint(platform: str, token: str) -> str:
    """An id that is always the same for a token and does not show it; no login takes it as a token."""
    return "user-" + etag([platform, token]).strip('"')


def _refreshed(call: Call, token: str) -> tuple[Row, dict[str, str] | None]:
    """The account of a refresh token, and the platform's user that it was given to."""
    if not token:
        raise Refusal(403, "refresh_token_empty", "Refresh token is empty")
    known = call.rows("refresh_tokens").find(token)
    if known is None:
        raise Refusal(403, "refresh_token_not_found", "Refresh token was not found or has expired")
    if known["client_id"] != call.caller.id:
        message = "Client ID for new token request did not match original token"
        raise Refusal(403, "refresh_token_client_id_mismatch", message)
    account = call.rows("accounts").find(known["player_uuid"])
    if account is None:
        raise Refusal(403, "refresh_token_not_found", "Refresh token was not found or has expired")
    portal = known.get("portal")
    return account, portal if portal in account["portals"] else next(iter(account["portals"]), None)


def _by_password(call: Call, pair: str) -> tuple[Row, dict[str, str]]:
    if not pair:
        raise Refusal(403, "basic_token_empty", "Basic access token is empty")
    name, colon, password = pair.partition(":")
    if not colon:
        raise Refusal(
            403, "basic_auth_incorrect_format", "Basic auth should be formatted like `USERNAME:PASSWORD`"
        )
    account = _at(call, "Basic", name)
    if account is None or account.beside.get("password") != password:
        raise Refusal(403, "basic_auth_credentials_not_found", "Basic auth credentials not found")
    return account, {"platform": "Basic", "portal_user_id": name}


def _permissions(call: Call, account: Row) -> list[str]:
    """What an account's tokens may; an entry put beside it that is no text permits nothing."""
    own = account.beside.get("permissions", call.behaviour["player_permissions"])
    return [one for one in own if isinstance(one, str)] if isinstance(own, list) else []


def _new_account(call: Call, portal: dict[str, str] | None, name: str) -> Row:
    number = call.rows("accounts").births + 1
    return call.rows("accounts").add(
        {
            "player_uuid": call.new_uuid(),
            "player_id": number,
            "person_id": call.new_uuid(),
            "display_name": name or f"Player {number}",
            "portals": [portal],
        }
    )


def _result(call: Call, account: Row | None, permissions: list[str]) -> dict[str, Any]:
    """The answer to a login, and the token let in; a server's token is that of its client."""
    token, facts = call.new_uuid(), call.caller.facts
    client = str(facts.get("client_uuid", "f0000000-0000-4000-8000-000000000004"))
    call.admit("HTTPBearer", token, Caller(account.key if account else client, frozenset(permissions)))
    seconds = call.behaviour["access_token_seconds"]
    call.set_event("access_token_expires", token, seconds)
    player = (
        {
            "active_player_id": account["player_id"],
            "active_player_uuid": account["player_uuid"],
            "person_id": account["person_id"],
            "display_name": account["display_name"],
        }
        if account
        else {}
    )
    return {
        **player,
        "permissions": sorted(permissions),
        "restrictions": [],
        "role_custom_data": {},
        "access_token": token,
        "token_type": "Bearer",
        "expires_in": seconds,
        "publisher_uuid": "f0000000-0000-4000-8000-000000000001",
        "tenant_uuid": "f0000000-0000-4000-8000-000000000002",
        "config_elector_uuid": "f0000000-0000-4000-8000-000000000003",
        "client_uuid": client,
        "client_id": call.caller.id,
    }
