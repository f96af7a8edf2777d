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

    def __post_init__(self) -> None:
        """Handlers may give the permissions as any collection. Raises TypeError for one text."""
        if type(self.permissions) is not frozenset:
            if isinstance(self.permissions, str):
                raise TypeError(f"permissions are a collection of texts, such as [{self.permissions!r}]")
            object.__setattr__(self, "permissions", frozenset(self.permissions))

    def holds(self, *permissions: str) -> bool:
        """Whether the caller holds any of `permissions`."""
        return bool(permissions) if self.unrestricted else not self.permissions.isdisjoint(permissions)
