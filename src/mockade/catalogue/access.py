"""Who may call an API: the callers of its fixtures, and anybody where these say nothing of a scheme."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from mockade.catalogue.credentials import Copies, Members, copied, permissions_of, read_credentials
from mockade.catalogue.fixtures import Fixtures
from mockade.catalogue.handler_module import HandlerModule
from mockade.contract.contract import Contract
from mockade.contract.operations import Operation
from mockade.contract.schemes import Scheme
from mockade.errors import Finding, Place
from mockade.handling import Caller
from mockade.state.ids import named_uuid

LONGEST_NAME = 200
"""Characters of a user name that becomes a caller's id: ids stand in every line of the log."""


class Access(NamedTuple):
    """Who may call an API, before a world adds credentials of its own."""

    callers: Mapping[tuple[str, str], Caller]
    """By security scheme and secret: those of the fixtures."""
    permissions: frozenset[str]
    """All of the contract: what an unrestricted caller holds."""
    open_schemes: frozenset[str]
    """Those that any well-formed credential passes, by the scheme whose credentials they take."""
    minted: Members
    """What a minted credential says where the one who mints it does not."""


def read_access(
    contract: Contract, module: HandlerModule, fixtures: Fixtures, findings: list[Finding], *, closed: bool
) -> Access:
    """Who may call; adds a finding for each fault.

    A scheme of which the fixtures say nothing is one where it is to be `closed`; else it is open.
    """

    def report(message: str, mend: str, *pointer: str | int) -> None:
        findings.append(Finding(fixtures.place("credentials", *pointer), message, mend, "credentials"))

    callers = dict(read_credentials(contract, module, fixtures.credentials, report))
    schemes = contract.security_schemes
    unsaid = {name for name, scheme in schemes.items() if _is_unsaid(scheme, fixtures)}
    closed = closed and not fixtures.family  # its siblings may have the credentials: families.py sees to it
    if closed:
        findings += (
            unsaid_finding(contract, name, fixtures, closed=True)
            for name in used_schemes(contract)
            if name in unsaid
        )
    open_schemes = (
        frozenset[str]() if closed else frozenset(schemes[name].credentials_scheme for name in unsaid)
    )
    minted = _minted(fixtures, findings)
    return Access(callers, permissions_of(contract), open_schemes, minted)


def used_schemes(contract: Contract) -> list[str]:
    """The security schemes that operations ask for, by name."""
    asked = {name for operation in contract.operations for one in operation.security for name in one}
    return sorted(asked & contract.security_schemes.keys())


def asked_alternatives(contract: Contract, operation: Operation) -> list[Mapping[str, tuple[str, ...]]]:
    """What an operation asks of a request, as alternatives; {} asks for nothing.

    A client certificate is settled below HTTP, where no server of ours sees it: an alternative of nothing
    else is met by no request while another one can be asked for, and by all where there is none.
    """
    schemes = contract.security_schemes
    visible = [
        one for one in operation.security if not one or any(not schemes[name].is_certificate for name in one)
    ]
    return visible or list(operation.security)


def unasked(contract: Contract) -> tuple[list[Operation], list[Operation]]:
    """The operations that list schemes and need no credential: by `{}`, and for a certificate alone."""
    optional, certificates = [], []
    for operation in contract.operations:
        asked = asked_alternatives(contract, operation)
        if {} in asked and len(asked) > 1:
            optional.append(operation)
        elif asked and {} not in asked and not visible_schemes(contract, asked):
            certificates.append(operation)
    return optional, certificates


def visible_schemes(contract: Contract, asked: Sequence[Mapping[str, tuple[str, ...]]]) -> list[str]:
    """The schemes of alternatives whose secrets a request carries."""
    names = dict.fromkeys(name for alternative in asked for name in alternative)
    return [name for name in names if not contract.security_schemes[name].is_certificate]


def open_findings(contract: Contract, fixtures: Fixtures, access: Access) -> Iterator[Finding]:
    """What is open to anybody, at its lines: no fault, and a server's start does not wait for the lines."""
    for name in open_names(contract, access):
        yield unsaid_finding(contract, name, fixtures, closed=False)
    optional, certificates = unasked(contract)
    for operation in optional:
        message = f"{operation.id} needs no credential: {{}} is among its alternatives."
        yield Finding(_place_of_security(operation), message, "", "security-optional", "info")
    for operation in certificates:
        message = f"{operation.id} asks for a client certificate alone: it is open to anybody here."
        mend = "TLS is not spoken here: ask for another scheme too, to have it asked."
        yield Finding(_place_of_security(operation), message, mend, "security-certificate", "warning")


def _place_of_security(operation: Operation) -> Place:
    source = operation.source
    own = source.document.value_at(source)
    return (source.child("security") if isinstance(own, dict) and "security" in own else source).place()


def _is_unsaid(scheme: Scheme, fixtures: Fixtures) -> bool:
    """Whether the fixtures hold no credentials for a scheme that takes some."""
    return scheme.credentials_scheme not in fixtures.credentials and not scheme.is_certificate


def unsaid_finding(contract: Contract, name: str, fixtures: Fixtures, *, closed: bool) -> Finding:
    """What is to be said of a scheme of which the fixtures say nothing."""
    scheme = contract.security_schemes[name]
    secret = '"some-name:some-password"' if scheme.is_basic else "some-secret"
    yaml = f"credentials: {{{name}: {{{secret}: {{caller: someone}}}}}}"
    add = f"add to {fixtures.target}:  {yaml}"
    if not fixtures.is_file:
        add += "  (and, for made-up rows beside it, a line `rows: 3`)"
    place = scheme.source.place()
    if closed:
        message = f"Nobody can pass the security scheme {name!r}: the fixtures hold no credentials for it."
        return Finding(place, message, f"A{add[1:]}", "credentials")
    message = f"The security scheme {name!r} is open: any well-formed credential passes it."
    return Finding(place, message, f"To say who may call, {add}", "credentials", "info")


def _minted(fixtures: Fixtures, findings: list[Finding]) -> Members:
    """The fixtures' `minted`, with what it copies in place of `like`."""
    members = fixtures.minted
    copies = Copies(fixtures.credentials)
    like = members.get("like")
    at = copies.find(like) if like is not None else None
    if like is not None and at is None:
        message = "`minted` is `like` a caller that the fixtures do not have."
        findings.append(Finding(fixtures.place("minted", "like"), message, rule="credentials"))
    return copied(copies.members(*at) if at else {}, members)


def open_caller(access: Access, scheme: Scheme, secret: str) -> Caller | None:
    """The caller that a secret of no fixture is for an open scheme; None where none can be made of it."""
    if scheme.credentials_scheme not in access.open_schemes or not scheme.is_well_formed(secret):
        return None
    return Caller(_name(scheme, secret), access.permissions, unrestricted=True)


def _name(scheme: Scheme, secret: str) -> str:
    """The user's name of a Basic pair, else a UUID that does not give the secret away.

    Where a pair lacks its password, the user's name is a key.
    """
    if scheme.is_basic:
        user, _, password = secret.partition(":")
        if user and password and len(user) <= LONGEST_NAME and user.isprintable():
            return user
    return named_uuid(secret)


def open_names(contract: Contract, access: Access) -> Iterator[str]:
    """The names of the open schemes that operations ask for."""
    for name in used_schemes(contract):
        if contract.security_schemes[name].credentials_scheme in access.open_schemes:
            yield name
