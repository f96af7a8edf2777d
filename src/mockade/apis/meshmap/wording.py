"""MeshMap's error bodies."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mockade.dialects import Dialect
from mockade.dialects.zod import issues
from mockade.handling import Refusal

NO_SESSION = ("not_found", "Game session not found")
NO_PLAYER = ("not_found", "Player not found")


def _error(refusal: Refusal) -> dict[str, Any]:
    """One sentence, with no code (documented). That of a 401 is assumed: no such body is published."""
    return {"error": "Unauthorized" if refusal.status == 401 else refusal.message}


def _issues(violations: Sequence[Any]) -> dict[str, Any]:
    """Zod's issues under the same key: their shape is documented, which validator makes them is inferred."""
    return {"error": [{"code": i.code, "message": i.message, "path": i.path} for i in issues(violations)]}


dialect = Dialect(errors=_error, component="Error", violations=_issues)
