"""JSON Merge Patch (RFC 7396), for rows whose properties may take null."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockade.contract.document import Node
from mockade.contract.properties import properties, takes_null


def merge_patch(
    old: Mapping[str, Any], patch: Mapping[str, Any], known: Mapping[str, Node]
) -> dict[str, Any]:
    """RFC 7396: `old` with `patch` applied; a null removes, but for a property whose schema takes null."""
    result = dict(old)
    for name, value in patch.items():
        if value is None and not takes_null(known.get(name)):
            result.pop(name, None)
        elif isinstance(value, dict):
            below = result.get(name)
            result[name] = merge_patch(
                below if isinstance(below, dict) else {}, value, properties(known.get(name))
            )
        else:
            result[name] = value
    return result
