"""Credentials in the form of fixture files: decoded into callers, and encoded again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from mockade.catalogue.handler_module import HandlerModule
from mockade.contract.contract import Contract
from mockade.errors import Finding
from mockade.handling import Caller
from mockade.hints import did_you_mean
from mockade.state.ids import fingerprint

NAMED = frozenset({"caller", "permissions", "refused"})
"""The members of a credential that every API knows; the others are the caller's facts."""

Report = Callable[..., None]
"""Takes a message, what to do, and the keys below `credentials` that lead to the fault."""


def read_credentials(
    contract: Contract,
    module: HandlerModule,
    credentials: Mapping[str, Mapping[str, Any]],
    report: Report,
) -> dict[tuple[str, str], Caller]:
    """The callers by security scheme and secret. No message names a secret: messages are logged too."""
    callers: dict[tuple[str, str], Caller] = {}
    schemes = contract.security_schemes
    for scheme, secrets in credentials.items():
        if scheme not in schemes:
            message = f"credentials.{scheme}: the contract has no security scheme of that name."
            report(message, did_you_mean(scheme, schemes), scheme)
            continue
        for secret, facts in secrets.items():
            caller = callers[scheme, secret] = read_caller(secret, facts)
            fault = vet(module, caller)
            if fault:
                report(f"A caller of {scheme}: {fault}", "", scheme, secret)
    return callers


def read_caller(secret: str, facts: Mapping[str, Any]) -> Caller:
    """The caller behind a secret; one without a name gets one that does not give the secret away."""
    return Caller(
        id=str(facts.get("caller") or f"caller-{fingerprint(secret.encode())[1:9]}"),
        permissions=frozenset(facts.get("permissions", ())),
        refused=str(facts.get("refused", "")),
        facts={name: value for name, value in facts.items() if name not in NAMED},
    )


def encode_caller(caller: Caller) -> dict[str, Any]:
    """A caller in the fixtures' form."""
    members: dict[str, Any] = {"caller": caller.id}
    if caller.permissions:
        members["permissions"] = sorted(caller.permissions)
    if caller.refused:
        members["refused"] = caller.refused
    return {**members, **caller.facts}


def vet(module: HandlerModule, caller: Caller) -> str:
    """What the module's `vet_caller` finds wrong with a caller; empty for nothing and for refused callers."""
    if module.vet_caller is None or caller.refused:
        return ""
    try:
        return str(module.vet_caller(caller) or "")
    except Exception as error:  # the module may not have foreseen these facts
        return f"vet_caller cannot make anything of it: {type(error).__name__}: {error}."


def missing_credentials(contract: Contract, credentials: Mapping[str, Any]) -> Iterator[Finding]:
    """A finding for each security scheme of an operation that no caller of the fixtures can pass."""
    schemes = contract.security_schemes
    required = {name for operation in contract.operations for one in operation.security for name in one}
    for scheme in sorted(required & schemes.keys()):
        known = schemes[scheme]
        if known.lender in credentials or known.carrier == "certificate":
            continue
        message = f"Nobody can pass the security scheme {scheme!r}: the fixtures hold no credentials for it."
        secret = '"some-name:some-password"' if known.is_basic else "some-secret"
        yaml = f"credentials: {{{scheme}: {{{secret}: {{caller: someone}}}}}}"
        mend = f"Add to fixtures/{contract.stem}.yaml:  {yaml}"
        yield Finding(known.source.place(), message, mend, "credentials")
