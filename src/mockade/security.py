"""The security room is Connexion's; this is what it asks: whose is this credential, and may they do this?"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl

from connexion.security import NO_VALUE, AbstractSecurityHandler

from mockade.api import Api
from mockade.contract.schemes import Scheme
from mockade.errors import EngineRefusal
from mockade.guard import Guard
from mockade.handling import Caller
from mockade.switchboard import SCHEME, Switchboard
from mockade.visit import KEY, Scope, Visit, header

Find = Callable[[Scope], str | None]
"""Finds the secret that a request carries for a scheme; None when it carries none."""


def security_map(switchboard: Switchboard, guard: Guard) -> dict[str, Any]:
    """Connexion's way in: the one scheme of the projection, checked by one plain closure per operation.

    The stock handlers inspect a signature on every request.
    """

    class Handler(AbstractSecurityHandler):  # type: ignore[misc]  # Connexion is untyped
        def get_fn(self, security_scheme: Mapping[str, Any], required_scopes: list[str]) -> Any:  # noqa: ARG002
            stem = security_scheme["x-api"]
            if switchboard.own is not None and stem == switchboard.own.stem:
                return _guarded(guard)
            return _check(switchboard.apis[stem], security_scheme["x-alternative"])

    return {SCHEME: Handler}


def _guarded(guard: Guard) -> Callable[[Any], Any]:

    def check(request: Any) -> Any:
        guard.admit(request.scope)
        return {"sub": "operator"}

    return check


def _check(api: Api, alternative: Mapping[str, Sequence[str]]) -> Callable[[Any], Any]:
    """Checks the schemes of one alternative: a request passes with good credentials for all of them."""
    asked = []
    for scheme in alternative:
        known = api.contract.security_schemes[scheme]
        if known.carrier != "certificate":  # that is settled below HTTP, before we see the request
            asked.append((scheme, known.lender, finder(known)))
    stem = api.stem
    scopes = frozenset(scope for some in alternative.values() for scope in some)

    def check(request: Any) -> Any:
        visit: Visit = request.scope[KEY]
        secrets = [find(request.scope) for _, _, find in asked]
        if None in secrets:
            return NO_VALUE
        caller = visit.caller
        for (scheme, lender, _), secret in zip(asked, secrets, strict=True):
            known = visit.world.state.callers.get((stem, lender, secret or ""))
            caller = _joined(caller, _good(known, scheme))
        _permit(visit, caller, scopes)
        visit.caller = caller
        visit.exchange.caller = caller.id
        return {"sub": caller.id}

    return check


def _good(caller: Caller | None, scheme: str) -> Caller:
    if caller is None:
        raise EngineRefusal("unknown_credential", f"The credential for {scheme} is not known here.")
    if caller.refused:
        raise EngineRefusal(
            "credential_refused",
            f"The credential of {caller.id} is refused: {caller.refused}.",
            credential_code=caller.refused,
        )
    return caller


def _joined(first: Caller, second: Caller) -> Caller:
    """Who calls with two credentials: whom the later one names, allowed what either allows."""
    if not first.id:
        return second
    facts = {**first.facts, **second.facts}
    return Caller(second.id, first.permissions | second.permissions, facts=facts)


def _permit(visit: Visit, caller: Caller, scopes: frozenset[str]) -> None:
    """Refuse a caller who lacks a scope, or who holds none of the permissions that the operation asks."""
    operation = visit.operation
    asked = operation.permissions if operation else frozenset()
    missing = scopes - caller.permissions
    if missing or (asked and asked.isdisjoint(caller.permissions)):
        wanted = f"all of {', '.join(sorted(missing))}" if missing else f"any of {', '.join(sorted(asked))}"
        who = caller.id or "An unnamed caller"
        raise EngineRefusal("forbidden", f"{who} lacks the permission for this: {wanted}.")


def finder(scheme: Scheme) -> Find:
    """How to find the secret of a security scheme in a request."""
    if scheme.is_basic:
        return _basic
    find = {"header": _in_header, "query": _in_query, "cookie": _in_cookie}[scheme.carrier](scheme.field)
    return _without(scheme.prefix, find) if scheme.prefix else find


def _in_header(name: str) -> Find:
    wanted = name.lower().encode("latin-1")

    def find(scope: Scope) -> str | None:
        value = header(scope, wanted)
        return value.decode("latin-1") if value is not None else None

    return find


def _in_query(name: str) -> Find:
    def find(scope: Scope) -> str | None:
        pairs = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        return next((value for key, value in pairs if key == name), None)

    return find


def _in_cookie(name: str) -> Find:
    def find(scope: Scope) -> str | None:
        return cookies(scope).get(name)

    return find


def cookies(scope: Scope) -> dict[str, str]:
    """The cookies of a request, of all its cookie headers (HTTP/2 front ends split them).

    The standard jar drops all cookies when it dislikes one or a space in a value, and takes quadratic time
    over backslashes; RFC 6265 knows quotes around a value and no escapes in it.
    """
    found: dict[str, str] = {}
    for raw in (value for key, value in scope["headers"] if key == b"cookie"):
        for part in raw.decode("latin-1").split(";"):
            name, equals, value = part.strip().partition("=")
            if equals:
                quoted = len(value) > 1 and value[0] == value[-1] == '"'
                found.setdefault(name, value[1:-1] if quoted else value)
    return found


def _without(prefix: str, find: Find) -> Find:
    """Finds what follows the lower-case `prefix`, whatever its case there; without it there is none."""

    def find_rest(scope: Scope) -> str | None:
        value = find(scope)
        if value is None or value[: len(prefix)].lower() != prefix:
            return None
        return value[len(prefix) :].strip()

    return find_rest


def _basic(scope: Scope) -> str | None:
    value = header(scope, b"authorization") or b""
    if value[:6].lower() != b"basic ":
        return None
    try:
        return base64.b64decode(value[6:], validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return None
