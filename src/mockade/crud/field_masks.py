"""Field masks (Google's AIP-134): which of a row's fields an update is about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockade.contract.document import Node
from mockade.contract.name_words import joined


def masked(query: Mapping[str, Any], sent: Mapping[str, Any], known: Mapping[str, Node]) -> dict[str, Any]:
    """The fields that were sent and that the query's `updateMask` names; null for one that it names alone.

    All of them where there is no mask, or it is `*`. Of a path in it (`address.city`) the first name counts.
    """
    masks = [value for name, value in query.items() if joined(name) == "updatemask" and value]
    if not masks:
        return dict(sent)
    paths = masks[0] if isinstance(masks[0], list) else str(masks[0]).split(",")
    names = {joined(str(path).strip().partition(".")[0]) for path in paths}
    if "*" in str(masks[0]):
        return dict(sent)
    return {name: sent.get(name) for name in {**sent, **known} if joined(name) in names}
