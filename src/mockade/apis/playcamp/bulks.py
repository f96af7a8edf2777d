"""Bulks: many reports in one call, each for itself and by the rules of a single one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from mockade.handling import Call, Refusal

from .wording import details, in_a_line

Item = dict[str, Any]
Result = dict[str, Any]


class Bulk:
    """A bulk's items under `name`, each held against what `checked_by` holds and named by its `id_name`."""

    def __init__(self, name: str, checked_by: str, id_name: str) -> None:
        self._name = name
        self._checked_by = checked_by
        self._id_name = id_name

    def results(self, call: Call, bulk: Mapping[str, Any], each: Callable[[Item], Result]) -> list[Result]:
        """What `each` answers for an item, or why it failed; one without a mark has the bulk's (assumed)."""
        return [self._result(call, bulk, at, item, each) for at, item in enumerate(bulk[self._name])]

    def _result(
        self, call: Call, bulk: Mapping[str, Any], at: int, item: Item, each: Callable[[Item], Result]
    ) -> Result:
        """One without a usable id has an empty one (assumed)."""
        item_id = item.get(self._id_name)
        result = {self._id_name: item_id if isinstance(item_id, str) else ""}
        violations = call.rows(self._checked_by).violations(item, self._name, at)
        if violations:
            error = in_a_line(details(violations), below=f"{self._name}.{at}.")
            return {**result, "status": "FAILED", "error": error}
        if "callbackId" in bulk:
            item.setdefault("callbackId", bulk["callbackId"])
        try:
            return {**result, **each(item)}
        except Refusal as refusal:
            return {**result, "status": "FAILED", "error": refusal.message}


def tally(results: Sequence[Result]) -> dict[str, Any]:
    """The results of a bulk with how many of each status there are (observed)."""
    return {**counts(results), "results": list(results)}


def counts(results: Sequence[Result]) -> dict[str, Any]:
    """How many results of each status a bulk has (observed)."""
    statuses = [result["status"] for result in results]
    return {
        "totalRequested": len(results),
        "successful": statuses.count("SUCCESS"),
        "failed": statuses.count("FAILED"),
        "skipped": statuses.count("SKIPPED"),
    }
