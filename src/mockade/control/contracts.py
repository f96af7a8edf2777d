"""Control: what contracts say, and where: an operation, and lines of the files that are served."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mockade.catalogue.answerers import handler_name
from mockade.catalogue.api import Api
from mockade.catalogue.handler_module import place_of
from mockade.contract.operations import Operation
from mockade.control.call import ControlCall
from mockade.control.status import answerer_kind
from mockade.errors import Place, Refusal
from mockade.hints import did_you_mean

WIDEST = 200
"""Characters of a line that are shown: a contract may be one line of a megabyte."""


def get_operation(call: ControlCall, api: str, operation: str) -> dict[str, Any]:
    served = call.running.apis.get(api) or call.api(api)
    operations = served.contract.operations_by_id
    found = operations.get(operation)
    if found is None:
        hint = did_you_mean(operation, operations)
        raise Refusal(404, "no_operation", f"{served.stem} has no operation {operation!r}. {hint}")
    words = found.source.document.value_at(found.source)
    words = words if isinstance(words, dict) else {}
    handler = served.module.handlers.get(handler_name(found))
    return {
        "api": served.stem,
        "operation": found.id,
        "method": found.method,
        "path": found.path,
        "summary": str(words.get("summary") or ""),
        "description": str(words.get("description") or ""),
        "statuses": [str(status) for status in found.responses],
        "examples": {
            status: names
            for status in map(str, found.responses)
            if status.isdecimal() and (names := example_names(found, int(status)))
        },
        "answered_by": answerer_kind(served, found.id, call.running.settings),
        "handler": str(place_of(handler)) if handler else None,
        "contract": str(found.source.place()),
    }


def example_names(operation: Operation, status: int) -> list[str]:
    """The names of the examples that a contract has of an answer, over all its media types."""
    response = operation.response(status)
    contents = response.contents.values() if response is not None else ()
    return list(dict.fromkeys(name for content in contents for name in content.examples if name))


def read_code(call: ControlCall, place: str, around: int) -> dict[str, Any]:
    """Refuses with 404 what is none of the files that are served: nothing else is shown to anybody."""
    name, line, column = Place.parse(place)
    path = next((path for api in call.running.apis.values() for path in _named(api, name)), None)
    try:
        lines = path.read_text(encoding="utf-8-sig", errors="replace").splitlines() if path else []
    except OSError:
        lines = []
    if not 0 < line <= len(lines):
        message = (
            f"{place!r} is no line of a contract or of handlers that are served: write FILE:LINE:COLUMN."
        )
        raise Refusal(404, "no_line", message)
    cut = max(0, column - WIDEST // 2) if column > WIDEST else 0
    first, last = max(1, line - around), min(len(lines), line + around)
    shown = [
        {"number": number, "text": lines[number - 1][cut : cut + WIDEST]} for number in range(first, last + 1)
    ]
    return {"file": name, "line": line, "column": max(0, column - cut), "lines": shown}


def _named(api: Api, name: str) -> Iterator[Path]:
    """The files of an API that messages call so."""
    location = api.contract.document.location
    yield from (path for path in api.contract.document.paths() if location.shown(path) == name)
    for handler in api.module.handlers.values():
        if place_of(handler).file == name:
            yield Path(handler.__code__.co_filename)
