"""Credentials for contracts that come without any: well-formed ones, which an open scheme takes."""

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
