"""Documents of coverage read, merged, and without what is ignored: whichever server or run they are of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any

from mockade.coverage.document import STATES, VERSION, Facts, Totals, sum_of, totals
from mockade.coverage.items import ITEM_KINDS

DEPRECATED, GENERATED = "deprecated", "generated"
"""Patterns that are words: operations that are deprecated, and those without an answer of their own."""

_UNWRITTEN = frozenset({"example", "generated", "stub"})
"""Who answers from the contract alone, or not at all."""


def merged(documents: Iterable[Facts]) -> Facts:
    """The union of documents with all their items: shards of one run, or servers beside each other.

    Of an operation that was never asked a document may have its totals alone, as a report does.
    """
    requests = unread = 0
    apis: dict[str, Facts] = {}
    for one in documents:
        requests, unread = requests + one["requests"], unread + one["unread"]
        for api in one["apis"]:
            known = apis.setdefault(api["api"], {**api, "operations": []})
            known["operations"] = _union(known["operations"], api["operations"], "operation")
    return recounted(
        {"version": VERSION, "requests": requests, "unread": unread, "apis": list(apis.values())}
    )


def _union(ours: Sequence[Facts], theirs: Sequence[Facts], key: str) -> list[Facts]:
    """Operations or items of both, those of one name as one: in the state that says more, with all counts."""
    found = {one[key]: one for one in ours}
    for one in theirs:
        known = found.get(one[key])
        if known is None:
            found[one[key]] = one
            continue
        both = {**known, "state": max(known["state"], one["state"], key=STATES.index)}
        if "count" in known:
            both["count"] = known["count"] + one.get("count", 0)
        if "items" in known or "items" in one:
            both["items"] = _union(known.get("items", ()), one.get("items", ()), "id")
        found[one[key]] = both
    return list(found.values())


def recounted(document: Facts) -> Facts:
    """A document with the totals that its operations and their items make."""
    apis = []
    for api in document["apis"]:
        operations = [{**one, "totals": totals_of(one)} for one in api["operations"]]
        apis.append({**api, "totals": sum_of(operations), "operations": operations})
    return {**document, "totals": sum_of(apis), "apis": apis}


def totals_of(operation: Facts) -> Totals:
    """What an operation and its items make; of one without items, what it says."""
    if "items" not in operation and not operation["ignored"]:
        return dict(operation["totals"])
    if operation["ignored"]:
        return {}
    items = [{"kind": ITEM_KINDS[0], "state": operation["state"]}, *operation["items"]]
    return totals((one["kind"], one["state"]) for one in items if is_counted(one))


def is_counted(item: Mapping[str, Any]) -> bool:
    """Whether an item is in the totals: what is out of reach is, once it was seen all the same."""
    return not item.get("ignored") and (item["state"] != STATES[0] or not item.get("out_of_reach"))


def ignoring(document: Facts, patterns: Sequence[str]) -> tuple[Facts, list[str]]:
    """A document without what the patterns mean in its totals, and the patterns that mean nothing in it.

    A pattern is of shell wildcards: of `api.operation`, or of `api.operation:kind:where:name` for an item.
    The words `deprecated` and `generated` mean operations that are, and that nobody wrote an answer for.
    """
    if not patterns:
        return document, []
    used: set[str] = set()
    apis = []
    for api in document["apis"]:
        operations = []
        for one in api["operations"]:
            name = f"{api['api']}.{one['operation']}"
            found = {pattern for pattern in patterns if _means(pattern, name, one)}
            marked = {**one, "ignored": bool(found) or ("items" not in one and one["ignored"])}
            if "items" in one:
                marked["items"] = [_marked(item, name, patterns, used) for item in one["items"]]
            operations.append(marked)
            used |= found
        apis.append({**api, "operations": operations})
    unused = [one for one in patterns if one not in used]
    return recounted({**document, "apis": apis}), unused


def _means(pattern: str, name: str, operation: Facts) -> bool:
    if pattern == DEPRECATED:
        return bool(operation["deprecated"])
    if pattern == GENERATED:
        return operation["answered_by"] in _UNWRITTEN
    return fnmatchcase(name, pattern)


def _marked(item: Facts, name: str, patterns: Iterable[str], used: set[str]) -> Facts:
    full = f"{name}:{item['kind']}:{item['where']}:{item['name']}"
    found = {one for one in patterns if ":" in one and fnmatchcase(full, one)}
    used |= found
    return {**item, "ignored": True} if found else item
