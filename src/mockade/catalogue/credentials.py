"""Credentials in the form of fixture files: decoded into callers, and encoded again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Any

from mockade.catalogue.handler_module import HandlerModule
from mockade.contract.contract import Contract
from mockade.contract.schemes import Scheme
from mockade.handling import Caller
from mockade.hints import did_you_mean
from mockade.state.ids import fingerprint

NAMED = frozenset({"caller", "permissions", "refused", "like"})
"""The members of a credential that every API knows; the others are the caller's facts."""

Members = Mapping[str, Any]
"""What a fixture file says of one credential."""

ReportFault = Callable[..., None]
"""Takes a message, what to do, and the keys below `credentials` that lead to the fault."""


def _ignore(*_facts: object) -> None:
    """Reports nothing: what is wrong was reported before."""


def permissions_of(contract: Contract) -> frozenset[str]:
    """Every scope and permission that the contract knows: what an unrestricted caller holds."""
    declared = (scheme.scopes for scheme in contract.security_schemes.values())
    return frozenset().union(
        *declared,
        *(operation.permissions for operation in contract.operations),
        *(scopes for one in contract.operations for some in one.security for scopes in some.values()),
    )


def read_credentials(
    contract: Contract,
    module: HandlerModule,
    credentials: Mapping[str, Mapping[str, Members]],
    report: ReportFault,
) -> Iterator[tuple[tuple[str, str], Caller]]:
    """The callers, one by one, by security scheme and secret.

    No message names a secret: messages are logged too.
    """
    schemes = contract.security_schemes
    permissions = permissions_of(contract)
    copies = Copies(credentials, report)
    for scheme, secrets in credentials.items():
        if scheme not in schemes:
            message = f"credentials.{scheme}: the contract has no security scheme of that name."
            report(message, did_you_mean(scheme, schemes), scheme)
            continue
        for secret in secrets:
            caller = read_caller(secret, copies.members(scheme, secret), permissions)
            problem = unsendable(schemes[scheme], secret)
            if problem:
                report(f"A secret of {scheme} cannot be sent: {problem}.", "", scheme, secret)
            fault = vet(module, caller)
            if fault:
                report(f"A caller of {scheme}: {fault}", "", scheme, secret)
            yield (scheme, secret), caller


def read_caller(secret: str, members: Members, permissions: frozenset[str]) -> Caller:
    """The caller behind a secret; one without a name gets one that does not give the secret away.

    `permissions` are those of the contract, for a caller without `permissions`.
    """
    return Caller(
        id=str(members.get("caller") or f"caller-{fingerprint(secret.encode())[1:9]}"),
        permissions=frozenset(members.get("permissions", permissions)),
        refused=str(members.get("refused", "")),
        facts={name: value for name, value in members.items() if name not in NAMED},
        unrestricted="permissions" not in members,
    )


def encode_caller(caller: Caller) -> dict[str, Any]:
    """A caller in the fixtures' form."""
    members: dict[str, Any] = {"caller": caller.id}
    if not caller.unrestricted:
        members["permissions"] = sorted(caller.permissions)
    if caller.refused:
        members["refused"] = caller.refused
    return {**members, **caller.facts}


def copied(original: Members, members: Members) -> dict[str, Any]:
    """What a credential says that is `like` another: its facts and permissions, and what it says itself."""
    passed_on = {name: value for name, value in original.items() if name not in NAMED}
    if "permissions" in original:
        passed_on["permissions"] = original["permissions"]
    return {**passed_on, **{name: value for name, value in members.items() if name != "like"}}


class Copies:
    """Resolves `like` in the credentials of one API.

    It names a secret or a caller, of the own security scheme or else of another.
    """

    def __init__(
        self, credentials: Mapping[str, Mapping[str, Members]], report: ReportFault = _ignore
    ) -> None:
        self._credentials = credentials
        self._report = report
        self._resolved: dict[tuple[str, str], Members] = {}

    @cached_property
    def _named(self) -> dict[str, list[tuple[str, str]]]:
        """The credentials of each caller, by its name: only for those that are `like` others."""
        named: dict[str, list[tuple[str, str]]] = {}
        for scheme, secrets in self._credentials.items():
            for secret, members in secrets.items():
                if "caller" in members:
                    named.setdefault(str(members["caller"]), []).append((scheme, secret))
        return named

    def members(self, scheme: str, secret: str) -> Members:
        """What the fixtures say of a credential, with what it copies in place of `like`."""
        own: Members = self._credentials[scheme][secret]
        if "like" not in own:
            return own
        at, chain = (scheme, secret), dict[tuple[str, str], None]()
        found: Members = {}
        while at not in self._resolved:
            if at in chain:
                self._report(f"A credential of {at[0]} is `like` one that is like itself.", "", *at)
                break
            chain[at] = None
            like = self._credentials[at[0]][at[1]].get("like")
            if like is None:
                break
            target = self.find(like, at)
            if target is None:
                message = f"A credential of {at[0]} is `like` one that is not there."
                self._report(message, f"Say whom it is like. {did_you_mean(like, self._named)}", *at)
                break
            at = target
        else:
            found = self._resolved[at]
        for one in reversed(chain):
            found = self._resolved[one] = copied(found, self._credentials[one[0]][one[1]])
        return self._resolved[scheme, secret]

    def find(self, like: str, own: tuple[str, str] = ("", "")) -> tuple[str, str] | None:
        """The scheme and secret of the credential that `like` names in the one at `own`; None for none."""
        if like in self._credentials.get(own[0], {}):
            return own[0], like
        named = [one for one in self._named.get(like, ()) if one != own]
        named.sort(key=lambda one: one[0] != own[0])
        if named and named[0][0] == own[0]:
            return named[0]
        by_secret = next(((one, like) for one, secrets in self._credentials.items() if like in secrets), None)
        return by_secret or next(iter(named), None)


def vet(module: HandlerModule, caller: Caller) -> str:
    """What the module's `vet_caller` finds wrong with a caller; empty for nothing and for refused callers."""
    if module.vet_caller is None or caller.refused:
        return ""
    try:
        return str(module.vet_caller(caller) or "")
    except Exception as error:  # the module may not have foreseen these facts
        return f"vet_caller cannot make anything of it: {type(error).__name__}: {error}."


def unsendable(scheme: Scheme, secret: str) -> str:
    """Why a request could not carry `secret` for a scheme, empty when it can."""
    if not secret.isprintable():
        return "it holds a control character"
    if scheme.is_basic:
        return "" if ":" in secret else "write user:password, as Basic has it"
    if scheme.carrier == "query":
        return ""
    if not secret.isascii():
        return f"in a {scheme.carrier} there is only ASCII"
    if secret != secret.strip():
        return "spaces around it would be lost"
    if scheme.carrier == "cookie" and (";" in secret or secret[:1] == '"'):
        return "in a cookie it neither holds ; nor begins with quotes"
    return ""
