"""Many contracts' lifecycles as shares of each step, and the reasons for those that failed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from benchmarks.corpus.pool import Result
from benchmarks.corpus.reasons import Failure, by_reason
from benchmarks.corpus.steps import STEPS

WORST = 20


def lifecycles(results: Sequence[Result]) -> dict[str, Any]:
    """Each step counts once a collection: both PATCH and PUT must hold where there are both."""
    counts: dict[str, dict[str, int]] = {name: {"of": 0, "good": 0} for name in STEPS}
    left_out: Counter[str] = Counter()
    for result in results:
        for one in result["lifecycles"]:
            if one["left_out"]:
                left_out[one["left_out"]] += 1
            for name in {step["step"] for step in one["steps"]}:
                counts[name]["of"] += 1
                counts[name]["good"] += all(step["ok"] for step in one["steps"] if step["step"] == name)
    return {
        "collections": sum(len(result["lifecycles"]) for result in results),
        "left_out": dict(left_out.most_common()),
        "list_others": sum(one["lists_others"] for result in results for one in result["lifecycles"]),
        "steps": counts,
        "reasons": {name: by_reason(_failed(results, name)) for name in STEPS},
        "worst": _worst(results),
    }


def _failed(results: Sequence[Result], name: str) -> Iterator[Failure]:
    for result in results:
        for one in result["lifecycles"]:
            for step in one["steps"]:
                if step["step"] == name and not step["ok"]:
                    yield Failure(result["name"], step["operation"], step["why"])


def _worst(results: Sequence[Result]) -> list[dict[str, Any]]:
    """The contracts with most steps that failed."""
    rows = []
    for result in results:
        failed = [one for name in STEPS for one in _failed([result], name)]
        if failed:
            rows.append(
                {
                    "name": result["name"],
                    "collections": len(result["lifecycles"]),
                    "failed": len(failed),
                    "why": Counter(one.why for one in failed).most_common(1)[0][0],
                }
            )
    return sorted(rows, key=lambda row: (-row["failed"], row["name"]))[:WORST]
