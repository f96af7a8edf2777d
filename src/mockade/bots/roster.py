"""The `players` of a script: how many, their names, and what they come with."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from mockade.bots.contracts import Contracts
from mockade.bots.findings import Findings, Pointer
from mockade.bots.script import Minted, Roster, Script
from mockade.catalogue.credentials import unsendable
from mockade.errors import Finding, Place, SetupError
from mockade.hints import did_you_mean

MOST_PLAYERS = 1000

_UNNAMED = re.compile(r"player-[0-9]+")
_MEMBERS = ("count", "names", "credentials")
_FACTS = ("caller", "facts", "like", "permissions")
"""What a minted credential is given, beside its API and scheme."""


def read_roster(data: Any, contracts: Contracts, findings: Findings) -> Roster:
    """Adds to the findings what is wrong."""
    if data is None:
        return Roster(1)
    if isinstance(data, int) and not isinstance(data, bool):
        data = {"count": data}
    if not isinstance(data, dict):
        findings.report(
            ("players",), "`players` is their number, or an object.", "Such as:  players: {count: 3}"
        )
        return Roster(1)
    for name in data:
        if name not in _MEMBERS:
            findings.report(
                ("players", name), f"`players` has no member {name!r}.", did_you_mean(name, _MEMBERS)
            )
    names = _names(data.get("names", []), findings)
    count = data.get("count", len(names) or 1)
    if isinstance(count, bool) or not isinstance(count, int) or not 1 <= count <= MOST_PLAYERS:
        findings.report(
            ("players", "count"), f"`count` is how many play: a number from 1 to {MOST_PLAYERS:,}."
        )
        count = 1
    return Roster(count, names, _credentials(data.get("credentials", {}), contracts, findings))


def _names(data: Any, findings: Findings) -> Sequence[str]:
    if not isinstance(data, list) or not all(
        isinstance(one, str) and one.isprintable() and one for one in data
    ):
        findings.report(("players", "names"), "`names` is a list of names, such as [Bo, Cy].")
        return ()
    for position, name in enumerate(data):
        if _UNNAMED.fullmatch(name):
            message = f"{name!r} is how players are called who have no name of their own."
            findings.report(("players", "names", position), message, "Name this one otherwise.")
        if name in data[:position]:
            findings.report(
                ("players", "names", position), f"Two players are called {name!r}.", "Name each otherwise."
            )
    return data


def _credentials(
    data: Any, contracts: Contracts, findings: Findings
) -> Mapping[str, str | Sequence[str] | Minted]:
    found: dict[str, str | Sequence[str] | Minted] = {}
    if not isinstance(data, dict):
        findings.report(("players", "credentials"), "`credentials` are secrets by security scheme.")
        return found
    for scheme, value in data.items():
        at = ("players", "credentials", scheme)
        try:
            api = contracts.api_of(scheme)
        except ValueError as error:
            findings.report(at, str(error))
            continue
        listed = value if isinstance(value, list) else [value]
        if listed and all(isinstance(one, str) for one in listed):
            found[scheme] = value
            kind = contracts.contracts[api].security_schemes[scheme]
            for problem in filter(None, (unsendable(kind, one) for one in listed)):
                findings.report(at, f"A secret of {scheme} cannot be sent: {problem}.")
        elif isinstance(value, dict) and isinstance(value.get("mint"), dict) and len(value) == 1:
            _report_facts(value["mint"], at, findings)
            found[scheme] = Minted(findings.place(at), api, {"scheme": scheme, **value["mint"]})
        else:
            form = "a secret of all, a list with one each, or {mint: {like: ada}}"
            findings.report(at, f"What the players have for {scheme} is {form}.")
            found[scheme] = ""  # so that no call is told to lack it
    return found


def _report_facts(facts: Mapping[str, Any], at: Pointer, findings: Findings) -> None:
    for name in facts:
        if name not in _FACTS:
            message = f"A credential is not minted with {name!r}."
            findings.report((*at, "mint", name), message, did_you_mean(name, _FACTS))


def check_count(script: Script, count: int | None) -> Script:
    """The script with so many players. Raises SetupError where it has secrets for fewer."""
    count = script.roster.count if count is None else count
    for scheme, given in script.roster.credentials.items():
        if isinstance(given, Sequence) and not isinstance(given, str) and len(given) < count:
            message = f"{count} play, and there are {len(given)} secrets of {scheme}, one for each player."
            mend = f"Let at most {len(given)} play, or add secrets to `players.credentials`."
            raise SetupError([Finding(Place(script.file), message, mend, "script")])
    return replace(script, roster=replace(script.roster, count=count))
