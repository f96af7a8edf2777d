"""Credentials for contracts that come without any: one made-up secret for each security scheme."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from benchmarks.corpus.contracts import Contract, Operation

SECRET = "corpus-secret"
PAIR = "corpus:secret"


class Carried(NamedTuple):
    """Where a secret travels: `place` is header, query or cookie."""

    place: str
    name: str
    value: str


def carried(contract: Contract, operation: Operation) -> Iterator[Carried]:
    """What a request carries to be let in: the credentials of the first alternative that can be sent."""
    for alternative in operation.security:
        schemes = [contract.security_schemes.get(name) for name in alternative]
        if all(scheme is not None and scheme.get("type") != "mutualTLS" for scheme in schemes):
            yield from (_carried(scheme) for scheme in schemes if scheme is not None)
            return


def _carried(scheme: Mapping[str, Any]) -> Carried:
    if scheme.get("type") == "apiKey":
        return Carried(str(scheme.get("in", "header")), str(scheme.get("name", "")), SECRET)
    word = str(scheme.get("scheme", "bearer")) if scheme.get("type") == "http" else "bearer"
    if word.lower() == "basic":
        return Carried("header", "authorization", f"Basic {base64.b64encode(PAIR.encode()).decode()}")
    return Carried("header", "authorization", f"{word.capitalize()} {SECRET}")


def fixtures(contract: Contract) -> dict[str, Any]:
    """A fixture file that knows these secrets, with every scope of the contract."""
    asked = {
        name: scopes
        for operation in contract.operations
        for alternative in operation.security
        for name, scopes in alternative.items()
        if contract.security_schemes.get(name, {}).get("type") not in (None, "mutualTLS")
    }
    scopes = sorted(
        {
            scope
            for operation in contract.operations
            for alternative in operation.security
            for some in alternative.values()
            for scope in (some if isinstance(some, list) else ())
            if isinstance(scope, str)
        }
    )
    caller = {"caller": "corpus", "permissions": scopes}
    return {"credentials": {name: {_secret(contract, name): caller} for name in sorted(asked)}}


def _secret(contract: Contract, name: str) -> str:
    scheme = contract.security_schemes[name]
    is_basic = scheme.get("type") == "http" and str(scheme.get("scheme", "")).lower() == "basic"
    return PAIR if is_basic else SECRET
