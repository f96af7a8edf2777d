"""Tokens: those of Privy that let a user in, and those of MeshMap that a user then calls with."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from typing import Any

import orjson

from mockade.handling import Call, Caller, Row

SCHEME = "SessionToken"
"""The security scheme of the contract."""

_PRIVY_ID = re.compile(r"did:privy:[A-Za-z0-9_-]{1,128}")
_SIGNING_KEY = b"mockade"
"""No secret: whoever wants to can verify what the mock signs."""


def new_session(call: Call, user: Row) -> str:
    """A JWT (documented; its claims are assumed) that lets the user call until it expires."""
    lifetime = call.behaviour["session_lifetime"]
    now = int(call.seconds())
    claims = {"sub": user["id"], "jti": call.new_uuid(), "iat": now, "exp": now + lifetime}
    token = _signed(claims)
    call.admit(SCHEME, token, Caller(user["id"]))
    call.set_event(session_token_expires.__name__, token, lifetime)
    return token


def session_token_expires(call: Call, key: str) -> None:
    """Whoever calls with the token is nobody from now on."""
    call.dismiss(SCHEME, key)


def _signed(claims: dict[str, Any]) -> str:
    unsigned = b".".join(_base64url(orjson.dumps(part)) for part in ({"alg": "HS256", "typ": "JWT"}, claims))
    return b".".join((unsigned, _base64url(hmac.digest(_SIGNING_KEY, unsigned, hashlib.sha256)))).decode()


def _base64url(data: bytes) -> bytes:
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def privy_id(token: str, now: float) -> str | None:
    """Whom a token of Privy names, by their id there; None for what is none, or is not good at `now`.

    It is a JWT, whose signature nobody here can verify, or that id as it is, which can be typed.
    """
    if _PRIVY_ID.fullmatch(token):
        return token
    claims = _claims(token)
    named, ends = claims.get("sub"), claims.get("exp")
    is_over = isinstance(ends, int | float) and ends <= now
    return named if isinstance(named, str) and _PRIVY_ID.fullmatch(named) and not is_over else None


def _claims(token: str) -> dict[str, Any]:
    """What a JWT says; nothing for what is none."""
    parts = token.split(".")
    if len(parts) != 3:
        return {}
    try:
        raw = base64.b64decode(parts[1] + "=" * (-len(parts[1]) % 4), altchars=b"-_", validate=True)
        claims = orjson.loads(raw)
    except (binascii.Error, ValueError):
        return {}
    return claims if isinstance(claims, dict) else {}
