"""Who calls: what the credential of a request stands for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls: what the request's credential stands for. `facts` is all else the fixtures say of it."""

    id: str
    permissions: frozenset[str] = frozenset()
    refused: str = ""
    """The error code that this credential is refused with; empty when it is good."""
    facts: Mapping[str, Any] = field(default_factory=dict)

    def holds(self, *permissions: str) -> bool:
        """Whether the caller holds any of `permissions`."""
        return not self.permissions.isdisjoint(permissions)
