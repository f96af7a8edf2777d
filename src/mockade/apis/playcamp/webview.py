"""The web view: tokens that open the vendor's page in the name of a user."""

from __future__ import annotations

from typing import Any

from mockade.handling import Call

from .attribution import need_known_credit
from .numbers import new_secret
from .projects import project_of

LIFETIME = 60
"""Seconds that a token is good for (documented)."""


def create_webview_token(call: Call, body: dict[str, Any], is_test: bool | None) -> dict[str, Any]:
    """Good once and for 60 seconds (documented); the page itself is not served."""
    need_known_credit(call, body)
    token = {"ott": new_secret(call), "expiresIn": LIFETIME, "expiresAt": call.later(LIFETIME)}
    if not (is_test or body["isTest"]):
        call.rows("webview-tokens").add(token, project=project_of(call), asked=body)
        call.set_event(webview_token_expires.__name__, str(token["ott"]), LIFETIME)
    return {"data": token}


def webview_token_expires(call: Call, key: str) -> None:
    """What is not used in time is gone."""
    tokens = call.rows("webview-tokens")
    if tokens.find(key) is not None:
        tokens.remove(key)
