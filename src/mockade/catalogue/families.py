"""Families of APIs: put together of what was loaded, and what does not fit between their members."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from mockade.catalogue.access import unsaid_finding, used_schemes
from mockade.catalogue.api import Api
from mockade.catalogue.credentials import unsendable, vet
from mockade.catalogue.family import Family
from mockade.errors import Finding
from mockade.handling import Caller


def joined(apis: Mapping[str, Api], findings: list[Finding], *, closed: bool = False) -> dict[str, Api]:
    """The APIs with those of one family put together; adds a finding for what does not fit between them.

    Where they are to be `closed`, a scheme for which nobody of the family has credentials is a fault.
    """
    groups: dict[str, list[Api]] = {}
    for api in apis.values():
        if api.fixtures.family:
            groups.setdefault(api.fixtures.family, []).append(api)
        elif api.module.listeners:
            message = f"{api.stem} has `listeners`, and is of no family that could tell it anything."
            mend = f"Add to {api.fixtures.target}:  family: some-word"
            findings.append(Finding(api.module.place, message, mend, "handlers"))
    made: dict[str, Api] = {}
    for name, members in groups.items():
        family: Family[Api] = Family(name, made_members := {})
        for api in (_remarked(one, name, apis) for one in members):
            made_members[api.stem] = made[api.stem] = _with_family(api, family, members, findings, closed)
        for api in tuple(made_members.values()):
            findings += _vetted(api)
            remarks = list(_clashes(api))
            if remarks:
                made_members[api.stem] = made[api.stem] = replace(api, findings=[*api.findings, *remarks])
    return {stem: made.get(stem, api) for stem, api in apis.items()}


def meant_apis(apis: Mapping[str, Api], name: str) -> list[Api]:
    """The API of that stem, if there is one, and those of a family of that name."""
    own = apis.get(name)
    of_family = [one for one in apis.values() if one.family and one.family.name == name]
    return [own, *(one for one in of_family if one is not own)] if own is not None else of_family


def _with_family(
    api: Api, family: Family[Api], members: list[Api], findings: list[Finding], closed: bool
) -> Api:
    """The API as one of its family: open are the schemes for which nobody of it has credentials."""
    said = {scheme for one in members for scheme, _ in one.callers}
    unsaid = api.access.open_schemes - said
    if closed:
        names = [name for name in used_schemes(api.contract) if _credentials_scheme(api, name) in unsaid]
        findings += (unsaid_finding(api.contract, name, api.fixtures, closed=True) for name in names)
    access = api.access._replace(open_schemes=frozenset() if closed else unsaid)
    return replace(api, family=family, access=access)


def _remarked(api: Api, name: str, apis: Mapping[str, Api]) -> Api:
    """The API, with a remark where its family is called as one that is not of it: that one is meant then."""
    namesake = apis.get(name)
    if namesake is None or namesake.fixtures.family == name:
        return api
    message = f"The family {name!r} is called as an API that is not of it, and commands mean that API."
    mend = f"Call the family otherwise, or add to {namesake.fixtures.target}:  family: {name}"
    remark = Finding(api.fixtures.place("family"), message, mend, "fixtures", "warning")
    return replace(api, findings=[*api.findings, remark])


def _credentials_scheme(api: Api, name: str) -> str:
    return api.contract.security_schemes[name].credentials_scheme


def _vetted(api: Api) -> Iterator[Finding]:
    """What the siblings find wrong with the callers of an API's fixtures, whom they have to let in too."""
    for (scheme, secret), caller in api.callers.items():
        for sibling in api.sharing(scheme)[1:]:
            fault = vet(sibling.module, caller)
            if fault:
                place = api.fixtures.place("credentials", scheme, secret)
                message = f"A caller of {scheme}, as {sibling.stem} of the same family has them: {fault}"
                yield Finding(place, message, rule="credentials")


def _clashes(api: Api) -> Iterator[Finding]:
    """Credentials of an API's fixtures that mean somebody else to a sibling, or that it can never be sent."""
    for (scheme, secret), caller in api.callers.items():
        place = api.fixtures.place("credentials", scheme, secret)
        for sibling in api.sharing(scheme)[1:]:
            problem = unsendable(sibling.contract.security_schemes[scheme], secret)
            if problem:
                message = (
                    f"A secret of {scheme} cannot be sent to {sibling.stem} of the same family: {problem}."
                )
                yield Finding(place, message, rule="credentials", severity="warning")
            other = sibling.callers.get((scheme, secret))
            if other is None or (other.id, other.refused) == (caller.id, caller.refused):
                continue
            message = (
                f"A credential of {scheme} is {_named(caller)} here, and {_named(other)} in {sibling.stem} "
                "of the same family: each of the two takes its own."
            )
            mend = "Let one of them have it, or both say the same."
            yield Finding(place, message, mend, "credentials", "warning")


def _named(caller: Caller) -> str:
    """Who a credential stands for; its caller's name may be made of the secret, and does not give it away."""
    return f"{caller.id}, refused as {caller.refused}" if caller.refused else caller.id
