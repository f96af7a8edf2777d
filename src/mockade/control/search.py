"""Searches the journal: how its entries differ from what is wanted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, unquote

import orjson

from mockade.contract.violations import ABSENT
from mockade.worlds.journal import Exchange

MOST_DIFFERENCES = 20
"""Differences of one exchange that are looked for: an exchange with more is not near."""


class Difference(NamedTuple):
    """One way in which an exchange differs from what is wanted."""

    aspect: str
    """The wanted member: method, path, body, …"""
    at: str
    """The place in it."""
    wanted: Any
    found: Any
    """ABSENT where there is none."""

    def sentence(self) -> str:
        found = "it is not there" if self.found is ABSENT else f"it is {_excerpt(self.found)}"
        return f"{self.at}: {_excerpt(self.wanted)} is wanted, and {found}"


def differences(wanted: Mapping[str, Any], entry: Mapping[str, Any]) -> list[Difference]:
    """The first differences between a search (component ExchangeSearch) and an entry (component Exchange)."""
    return list(islice(_differences(wanted, entry), MOST_DIFFERENCES))


def _differences(wanted: Mapping[str, Any], entry: Mapping[str, Any]) -> Iterator[Difference]:
    request = entry["request"]
    members = {"caller": entry["caller"], "status": entry["response"]["status"], "method": request["method"]}
    expected = {**wanted, "method": wanted["method"].upper()} if "method" in wanted else wanted
    for name, value in members.items():
        if name in expected and expected[name] != value:
            yield Difference(name, name, expected[name], value)
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
        sent = request["headers"].get(name.lower(), ABSENT)
        if sent != value:
            yield Difference("headers", f"header {name}", value, sent)
    if "body" in wanted:
        yield from _body_differences(wanted["body"], request["body"], "body")


def difference_sentences(
    differences: Sequence[Difference], wanted: Mapping[str, Any], redacted: Mapping[str, Any]
) -> list[str]:
    """A sentence for each difference, with the values of the redacted entry only."""
    sentences = {one.at: one.sentence() for one in _differences(wanted, redacted)}
    return [sentences.get(one.at, f"{one.at}: another is wanted") for one in differences]


def is_operation(exchange: Exchange, name: str) -> bool:
    """Whether `name` is the exchange's operationId, alone or behind its API's stem."""
    return name in (exchange.operation, f"{exchange.api}.{exchange.operation}")


def _body_differences(wanted: Any, found: Any, at: str) -> Iterator[Difference]:
    """An object may have more members than wanted; a list is compared item by item."""
    if isinstance(wanted, dict) and isinstance(found, dict):
        for name, value in wanted.items():
            if name in found:
                yield from _body_differences(value, found[name], f"{at}/{name}")
            else:
                yield Difference("body", f"{at}/{name}", value, ABSENT)
    elif isinstance(wanted, list) and isinstance(found, list) and len(wanted) == len(found):
        for position, (one, other) in enumerate(zip(wanted, found, strict=True)):
            yield from _body_differences(one, other, f"{at}/{position}")
    elif wanted != found or isinstance(wanted, bool) is not isinstance(found, bool):
        yield Difference("body", at, wanted, found)


def _excerpt(value: Any) -> str:
    text = orjson.dumps(value).decode()
    return text if len(text) <= 200 else f"{text[:200]}…"
