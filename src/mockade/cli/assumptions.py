"""`mockade apis --assumptions`: what contracts and fixtures mark as not documented by the vendor."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import orjson

from mockade.catalogue.api import Api
from mockade.cli.tables import table
from mockade.contract.document import Document
from mockade.contract.operations import Operation
from mockade.errors import Place
from mockade.handling import Switch

MARK = "x-provenance"
REASON = "x-provenance-reason"


class Mark(NamedTuple):
    """A part of a contract with x-provenance; `what` is its pointer, shortened."""

    what: str
    provenance: str
    reason: str
    place: Place


def marks(document: Document) -> Iterator[Mark]:
    """Every mark of a contract's main file, in the order of the file."""
    pending: list[tuple[tuple[str | int, ...], object]] = [((), document.files[document.uri])]
    while pending:
        pointer, value = pending.pop()
        if isinstance(value, dict):
            if MARK in value:
                place = document.place(document.uri, pointer)
                yield Mark(_short(pointer), str(value[MARK]), str(value.get(REASON, "")), place)
            pending += [((*pointer, key), member) for key, member in reversed(value.items())]
        elif isinstance(value, list):
            pending += [((*pointer, at), member) for at, member in reversed(list(enumerate(value)))]


def provenances(api: Api) -> str:
    """How many operations are known from where: `11 documented, 25 observed, 3 generated`."""
    return ", ".join(f"{len(operations)} {word}" for word, operations in known_from(api).items())


def known_from(api: Api) -> dict[str, list[Operation]]:
    """The operations by what they are known from; those that carry no mark are documented.

    What nobody wrote and what is not served counts as that, whatever is known of it.
    """
    found: dict[str, list[Operation]] = {word: [] for word in _PROVENANCES}
    for operation in api.contract.operations:
        word = _provenance(operation, api.answerers[operation.id].kind)
        found.setdefault(word, []).append(operation)
    return {word: operations for word, operations in found.items() if operations}


_PROVENANCES = ("documented", "observed", "inferred", "assumed", "generated", "not served")


def _provenance(operation: Operation, kind: str) -> str:
    if kind == "stub":
        return "not served"
    if kind == "generated":
        return kind
    value = operation.source.document.value_at(operation.source)
    return str(value.get(MARK, "documented")) if isinstance(value, dict) else "documented"


def _short(pointer: tuple[str | int, ...]) -> str:
    """A pointer without the words that only give structure."""
    noise = {"paths", "components", "schemas", "properties", "content", "application/json", "responses"}
    return " ".join(str(step) for step in pointer if step not in noise) or "the whole contract"


def assumptions(apis: Mapping[str, Api], width: int | None) -> Iterator[str]:
    """The lines of `mockade apis --assumptions`: each API's switches, then what its contract marks."""
    for stem, api in apis.items():
        if api.switches:
            yield f"{stem}: guesses that `behaviour:` in its fixtures can switch"
            yield ""
            rows = [
                (switch.name, _word(api.behaviour[switch.name]), _choices(switch), switch.reason)
                for switch in api.switches
            ]
            yield from table(("Behaviour", "Is", "Can be", "Why"), rows, width)
            yield ""
        marked = [(mark.what, mark.provenance, mark.reason) for mark in marks(api.contract.document)]
        if marked:
            yield f"{stem}: what its contract marks as not documented"
            yield ""
            yield from table(("Part of the contract", "Is", "Why"), marked, width)
            yield ""
        if not api.switches and not marked:
            yield f"{stem}: nothing is marked as guessed"
            yield ""


def _choices(switch: Switch) -> str:
    if switch.choices:
        return ", ".join(map(_word, switch.choices))
    return {"int": "any whole number", "str": "any text", "bool": "true, false"}.get(
        type(switch.default).__name__, f"any {type(switch.default).__name__}"
    )


def _word(value: object) -> str:
    """A value as the fixtures would write it."""
    return orjson.dumps(value).decode() if isinstance(value, bool) or value is None else str(value)
