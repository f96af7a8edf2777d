"""What failed, by its reason: how often, in how many contracts, and where for example."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any, NamedTuple

EXAMPLES = 3


class Failure(NamedTuple):
    contract: str
    operation: str
    why: str


def by_reason(failures: Iterable[Failure]) -> list[dict[str, Any]]:
    """The commonest reason first; each example is of another contract."""
    operations: Counter[str] = Counter()
    names: dict[str, set[str]] = defaultdict(set)
    samples: dict[str, dict[str, str]] = defaultdict(dict)
    for one in failures:
        operations[one.why] += 1
        names[one.why].add(one.contract)
        samples[one.why].setdefault(one.contract, f"{one.contract}: {one.operation}")
    return [
        {
            "reason": why,
            "operations": count,
            "contracts": len(names[why]),
            "examples": list(samples[why].values())[:EXAMPLES],
        }
        for why, count in operations.most_common()
    ]
