"""Security middleware: authenticates by the contract's schemes, authorises by scopes and x-permissions."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Awaitable, Callable, Mapping, Sequence
from urllib.parse import parse_qsl

from mockade.asgi import App, Receive, Scope, Send, cookies, header
from mockade.catalogue.access import asked_alternatives, open_caller
from mockade.catalogue.api import Api
from mockade.catalogue.credentials import vet
from mockade.catalogue.router import CONTROL_PATH, Route, Router
from mockade.contract.schemes import Scheme
from mockade.contract.violations import Violation
from mockade.errors import EngineRefusal
from mockade.handling import Caller
from mockade.middleware.context import CONTEXT_KEY, OperationMiddleware, RoutedContext
from mockade.middleware.guard import Guard

Find = Callable[[Scope], str | None]
"""Finds the secret that a request carries for a scheme; None when it carries none."""

Check = Callable[[Scope], bool]
"""Whether a request satisfies one alternative; False when it carries no credential for it."""


class SecurityMiddleware(OperationMiddleware):
    """Asks the credentials of the contract's schemes; who may call the control API the guard decides."""

    def __init__(self, app: App, router: Router, guard: Guard) -> None:
        super().__init__(app, router)
        self._guard = guard

    def for_operation(self, route: Route) -> App:
        if not route.operation.security:
            return self.app  # type: ignore[no-any-return]  # Connexion is untyped
        if route.base == CONTROL_PATH:
            return OperationGuard(self.app, self._guard)
        return OperationSecurity(self.app, route)


class OperationGuard:
    """Asks the guard before one operation of the control API."""

    def __init__(self, app: App, guard: Guard) -> None:
        self._app = app
        self._guard = guard

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        self._guard.admit(scope)
        return self._app(scope, receive, send)


class OperationSecurity:
    """Authenticates and authorises the callers of one operation."""

    __slots__ = ("_app", "_asked", "_checks", "_route")

    def __init__(self, app: App, route: Route) -> None:
        self._app = app
        self._route = route
        # The first that passes counts, and {} always does: a credential that came goes first.
        self._asked = asked_alternatives(route.api.contract, route.operation)
        alternatives = sorted(self._asked, key=lambda one: not one)
        self._checks = [_check(route, one) if one else _anybody for one in alternatives]

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        refusals: dict[int, EngineRefusal] = {}
        for check in self._checks:
            try:
                if check(scope):
                    if refusals and check is _anybody:
                        _remark(scope[CONTEXT_KEY], refusals)
                    break
            except EngineRefusal as refusal:
                refusals[refusal.status] = refusal
        else:
            # A caller who is known and may not do this learns that, and nothing of the other schemes.
            raise refusals.get(403) or refusals.get(401) or self._no_credential(scope)
        return self._app(scope, receive, send)

    def _no_credential(self, scope: Scope) -> EngineRefusal:
        """The refusal of a request without a credential, or with one that cannot be read."""
        schemes = self._route.api.contract.security_schemes
        wanted = dict.fromkeys(
            " and ".join(f"{name} ({schemes[name].described()})" for name in alternative)
            for alternative in self._asked
        )
        asked = [schemes[name] for alternative in self._asked for name in alternative]
        problem = _problem(scope, asked) or "No credential came"
        message = f"{problem} in a form that is asked for; send one for {' or '.join(wanted)}."
        first = next((name for alternative in self._asked for name in alternative), "")
        return EngineRefusal("unauthenticated", message, scheme=first)


def _remark(context: RoutedContext, refusals: Mapping[int, EngineRefusal]) -> None:
    """Tell that a credential did not count, and was not needed."""
    refusal = next(iter(refusals.values()))
    message = f"{refusal.message} The call needs none, and goes on without."
    notice = Violation("header", (), "security", message, notice=True)
    context.exchange.notices = [*context.exchange.notices, notice]


def _anybody(_scope: Scope) -> bool:
    return True


def _check(route: Route, alternative: Mapping[str, Sequence[str]]) -> Check:
    """Checks the schemes of one alternative: a request passes with good credentials for all of them."""
    api = route.api
    schemes = api.contract.security_schemes
    asked = [
        (schemes[name], _stems(api, schemes[name]), finder(schemes[name]))
        for name in alternative
        if not schemes[name].is_certificate  # that is settled below HTTP, before we see the request
    ]
    stem = api.stem
    open_schemes = api.access.open_schemes
    scopes = frozenset(scope for some in alternative.values() for scope in some)

    def check(scope: Scope) -> bool:
        secrets = [find(scope) for _, _, find in asked]
        if None in secrets:
            return False
        context: RoutedContext = scope[CONTEXT_KEY]
        caller, callers = context.caller, context.world.state.callers
        for (scheme, stems, _), secret in zip(asked, secrets, strict=True):
            credentials_scheme = scheme.credentials_scheme
            known = callers.get((stem, credentials_scheme, secret or ""))
            if known is None and len(stems) > 1:
                held = (callers.get((one, credentials_scheme, secret or "")) for one in stems[1:])
                known = next(filter(None, held), None)
            if known is None and credentials_scheme in open_schemes:
                known = _anyone(api, scheme, secret or "")
                if known is None:
                    return False
            caller = _joined(caller, _good(known, scheme.name))
        _permit(context, caller, scopes)
        context.caller = caller
        context.exchange.caller = caller.id
        return True

    return check


def _stems(api: Api, scheme: Scheme) -> list[str]:
    """The APIs whose credentials pass the scheme, the own one first."""
    return [one.stem for one in api.sharing(scheme.credentials_scheme)]


def _anyone(api: Api, scheme: Scheme, secret: str) -> Caller | None:
    """The caller of an open scheme, whose credential nobody knew before; None where it is malformed."""
    caller = open_caller(api.access, scheme, secret)
    objection = vet(api.module, caller) if caller is not None else ""
    if objection:
        raise EngineRefusal("unknown_credential", f"{api.stem} has no such callers: {objection}")
    return caller


def _good(caller: Caller | None, scheme: str) -> Caller:
    if caller is None:
        message = f"The credential for {scheme} is not known here."
        raise EngineRefusal("unknown_credential", message, scheme=scheme)
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
    permissions = first.permissions | second.permissions
    unrestricted = first.unrestricted or second.unrestricted
    return Caller(second.id, permissions, facts=facts, unrestricted=unrestricted)


def _permit(context: RoutedContext, caller: Caller, scopes: frozenset[str]) -> None:
    """Refuse a caller who lacks a scope, or who holds none of the permissions that the operation asks."""
    asked = context.operation.permissions
    if caller.unrestricted:
        return
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


def _without(prefix: str, find: Find) -> Find:
    """Finds what follows the lower-case `prefix`, whatever its case there; without it there is none."""

    def find_rest(scope: Scope) -> str | None:
        value = find(scope)
        if value is None or value[: len(prefix)].lower() != prefix:
            return None
        return value[len(prefix) :].strip()

    return find_rest


def _problem(scope: Scope, schemes: Sequence[Scheme]) -> str:
    """What keeps the credential that came from being read, with "it is not" behind; empty where none came."""
    by_word = [one for one in schemes if one.carrier == "header" and one.prefix]
    came = {one.field: (_in_header(one.field)(scope) or "").strip() for one in by_word}
    meant = [one for one in by_word if f"{came[one.field]} ".lower().startswith(one.prefix)]
    for scheme in meant or by_word:
        value, word = came[scheme.field], scheme.prefix.strip().capitalize()
        if not value:
            continue
        if not meant:
            return f"What came in {scheme.field} does not begin with {word}: it is not"
        secret = value[len(scheme.prefix) :].strip()
        why = _unreadable(scheme, secret) if secret else "nothing"
        if why:
            return f"What came in {scheme.field} has {why} behind {word}: it is not"
    return ""


def _unreadable(scheme: Scheme, secret: str) -> str:
    """What stands in the place of a secret where there is none; empty where there is one."""
    if not scheme.is_basic:
        return "" if scheme.is_well_formed(secret) else "no single word of visible ASCII"
    try:
        pair = base64.b64decode(secret, validate=True).decode()
    except binascii.Error:
        return "no base64"
    except UnicodeDecodeError:
        return "base64 of no UTF-8 text"
    return "" if scheme.is_well_formed(pair) else "no user:password"


def _basic(scope: Scope) -> str | None:
    value = header(scope, b"authorization") or b""
    if value[:6].lower() != b"basic ":
        return None
    try:
        return base64.b64decode(value[6:], validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return None
