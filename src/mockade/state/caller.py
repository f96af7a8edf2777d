"""The caller that a credential stands for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Caller:
    """The caller that a credential stands for. `facts` is all else that the fixtures say of it."""

    id: str
    permissions: frozenset[str] = frozenset()
    refused: str = ""
    """The error code that this credential is refused with; empty when it is good."""
    facts: Mapping[str, Any] = field(default_factory=dict)
    unrestricted: bool = False
    """Whether nobody said what it may do: it may everything, and `permissions` are all of the contract."""

    def holds(self, *permissions: str) -> bool:
        """Whether the caller holds any of `permissions`."""
        return bool(permissions) if self.unrestricted else not self.permissions.isdisjoint(permissions)
