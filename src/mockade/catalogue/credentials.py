"""Credentials as fixtures write them: read into callers, and written again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any

from mockade.catalogue.answerers import VET
from mockade.contract.contract import Contract
from mockade.handling import Caller
from mockade.hints import did_you_mean
from mockade.state.ids import fingerprint

NAMED = frozenset({"caller", "permissions", "refused"})
"""What is said of every caller; all else are its facts."""

Complain = Callable[..., None]
"""Hears what is wrong: a message, what to do, and the way to it below `credentials`."""


def read_credentials(
    contract: Contract,
    module: ModuleType | None,
    credentials: Mapping[str, Mapping[str, Any]],
    complain: Complain,
) -> dict[tuple[str, str], Caller]:
    """The callers by security scheme and secret. No message names a secret: logs tell messages too."""
    callers: dict[tuple[str, str], Caller] = {}
    schemes = contract.security_schemes
    for scheme, secrets in credentials.items():
        if scheme not in schemes:
            message = f"credentials.{scheme}: the contract has no security scheme of that name."
            complain(message, did_you_mean(scheme, schemes), scheme)
            continue
        for secret, facts in secrets.items():
            caller = callers[scheme, secret] = read_caller(secret, facts)
            wrong = vetted(module, caller)
            if wrong:
                complain(f"A caller of {scheme}: {wrong}", "", scheme, secret)
    return callers


def read_caller(secret: str, facts: Mapping[str, Any]) -> Caller:
    """Whom the fixtures' words make of a secret. Who is not named gets a name that does not give it away."""
    return Caller(
        id=str(facts.get("caller") or f"caller-{fingerprint(secret.encode())[1:9]}"),
        permissions=frozenset(facts.get("permissions", ())),
        refused=str(facts.get("refused", "")),
        facts={name: value for name, value in facts.items() if name not in NAMED},
    )


def written_caller(caller: Caller) -> dict[str, Any]:
    """A caller as the fixtures would say it."""
    said: dict[str, Any] = {"caller": caller.id}
    if caller.permissions:
        said["permissions"] = sorted(caller.permissions)
    if caller.refused:
        said["refused"] = caller.refused
    return {**said, **caller.facts}


def vetted(module: ModuleType | None, caller: Caller) -> str:
    """What an API's module says against a caller, empty when it says nothing; whom it refuses, it knows."""
    vet = getattr(module, VET, None)
    if vet is None or caller.refused:
        return ""
    try:
        return str(vet(caller) or "")
    except Exception as error:  # the module may not have foreseen what somebody says of a caller
        return f"{VET} cannot make anything of it: {type(error).__name__}: {error}."
