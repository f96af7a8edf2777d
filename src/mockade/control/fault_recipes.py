"""Faults under a name, for who wants a bad network and not a rule."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

RECIPES: Mapping[str, Mapping[str, Mapping[str, Any]]] = {
    "slow": {"do": {"delay_ms": {"distribution": "lognormal", "median": 800, "sigma": 0.6}}},
    "flaky": {"match": {"probability": 0.2}, "do": {"status": 503}},
    "down": {"do": {"status": 503}},
    "rate-limited": {"match": {"rate": {"limit": 10, "per": "60s"}}, "do": {"status": 429}},
    "cut": {"match": {"probability": 0.3}, "do": {"drop": "half"}},
}
"""By name, what `match` and `do` of a rule begin with; `control.yaml` says the same."""

_INSTEAD = {"status": "drop", "drop": "status"}


def with_recipe(body: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The `match` and the `do` of a new rule: its own, and what its recipe adds to them."""
    recipe = RECIPES.get(body.get("recipe", ""), {})
    match, do = dict(body.get("match", {})), dict(body.get("do", {}))
    added = {name: value for name, value in recipe.get("do", {}).items() if _INSTEAD.get(name) not in do}
    return {**recipe.get("match", {}), **match}, {**added, **do}
