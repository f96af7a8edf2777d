"""How the journal's entries compare with what somebody looks for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, unquote

from mockade.contract.violations import ABSENT
from mockade.control.exchanges import MOST_DIFFERENCES, _shown
from mockade.worlds.journal import Exchange


class Difference(NamedTuple):
    """One way in which an exchange is not what is wanted."""

    aspect: str
    """Which of the wanted things it is about: method, path, body, …"""
    at: str
    """Where in it."""
    wanted: Any
    given: Any
    """ABSENT where there is none."""

    def sentence(self) -> str:
        given = "it is not there" if self.given is ABSENT else f"it is {_shown(self.given)}"
        return f"{self.at}: {_shown(self.wanted)} is wanted, and {given}"


def differences(wanted: Mapping[str, Any], entry: Mapping[str, Any]) -> list[Difference]:
    """The first ways in which an entry is not what is wanted; both in the forms of the contract."""
    return list(islice(_differences(wanted, entry), MOST_DIFFERENCES))


def _differences(wanted: Mapping[str, Any], entry: Mapping[str, Any]) -> Iterator[Difference]:
    request = entry["request"]
    given = {"caller": entry["caller"], "status": entry["response"]["status"], "method": request["method"]}
    asked = {**wanted, "method": wanted["method"].upper()} if "method" in wanted else wanted
    for name, value in given.items():
        if name in asked and asked[name] != value:
            yield Difference(name, name, asked[name], value)
    names = (entry["operation"], f"{entry['api']}.{entry['operation']}")
    if "operation" in wanted and wanted["operation"] not in names:
        yield Difference("operation", "operation", wanted["operation"], entry["operation"])
    if "path" in wanted and unquote(wanted["path"]) != unquote(request["path"]):
        yield Difference("path", "path", wanted["path"], request["path"])
    pairs = parse_qsl(request["query"], keep_blank_values=True) if wanted.get("query") else []
    for name, value in wanted.get("query", {}).items():
        if (name, value) not in pairs:
            yield Difference("query", f"query {name}", value, dict(pairs).get(name, ABSENT))
    for name, value in wanted.get("headers", {}).items():
        there = request["headers"].get(name.lower(), ABSENT)
        if there != value:
            yield Difference("headers", f"header {name}", value, there)
    if "body" in wanted:
        yield from _body_differences(wanted["body"], request["body"], "body")


def told_differences(
    found: Sequence[Difference], wanted: Mapping[str, Any], shown: Mapping[str, Any]
) -> list[str]:
    """The differences in sentences, out of the entry as it is shown: without what is redacted in it."""
    told = {one.at: one.sentence() for one in _differences(wanted, shown)}
    return [told.get(one.at, f"{one.at}: another is wanted") for one in found]


def is_operation(exchange: Exchange, name: str) -> bool:
    """Whether `name` is the exchange's operationId, alone or behind its API's stem."""
    return name in (exchange.operation, f"{exchange.api}.{exchange.operation}")


def _body_differences(wanted: Any, given: Any, at: str) -> Iterator[Difference]:
    """An object may hold more than is wanted of it; a list is compared item by item."""
    if isinstance(wanted, dict) and isinstance(given, dict):
        for name, value in wanted.items():
            if name in given:
                yield from _body_differences(value, given[name], f"{at}/{name}")
            else:
                yield Difference("body", f"{at}/{name}", value, ABSENT)
    elif isinstance(wanted, list) and isinstance(given, list) and len(wanted) == len(given):
        for position, (one, other) in enumerate(zip(wanted, given, strict=True)):
            yield from _body_differences(one, other, f"{at}/{position}")
    elif wanted != given or isinstance(wanted, bool) is not isinstance(given, bool):
        yield Difference("body", at, wanted, given)
