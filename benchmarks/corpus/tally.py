"""Many contracts' results as totals, shares, medians, and the reasons for whatever failed."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from statistics import median
from typing import Any

from benchmarks.corpus.lifecycle_tally import WORST, lifecycles
from benchmarks.corpus.pool import Result
from benchmarks.corpus.reasons import EXAMPLES, Failure, by_reason
from benchmarks.corpus.verdicts import ANSWERED, BROKE, REFUSED, UNANSWERED, UNKNOWN, UNMADE, UNSENT, VERDICTS

ALL = "all contracts, as published"
UP = "started as published"


def started(result: Result) -> bool:
    return bool(result["start"] and result["start"]["started"])


def summed(results: Sequence[Result], bundled: dict[str, Any]) -> dict[str, Any]:
    """Everything that the tables show, but the peers."""
    up = [one for one in results if started(one)]
    return {
        "contracts": len(results),
        "operations": sum(one["operations"] for one in results),
        "started": len(up),
        "failed": [{"name": one["name"], "why": one["failed"]} for one in results if one["failed"]],
        "verdicts": {
            ALL: _verdicts(results, started),
            UP: _verdicts(up, started),
        },
        "lifecycles": lifecycles(up),
        "with_made_ids": _with_made_ids(up),
        "sent": sum(one["sent"] for one in results),
        "faults": sum(len(one["faults"]) for one in results),
        "answered_by": _answered_by(up),
        "generated": _generated(up),
        "cross_check": _cross_check(results),
        "costs": _costs(up, bundled),
        "reasons": {
            "start": _start_reasons(results),
            "unanswered": _reasons(up, lambda one: one["verdict"] == UNANSWERED),
            "refused, no item parameter": _reasons(
                up, lambda one: one["verdict"] == REFUSED and not one["item"]
            ),
            "refused, with an item parameter": _reasons(
                up, lambda one: one["verdict"] == REFUSED and one["item"]
            ),
            "broke": _reasons(up, lambda one: one["verdict"] == BROKE),
            "faults": _faults(up),
            "unknown": _reasons(up, lambda one: one["verdict"] == UNKNOWN),
            "unmade": _reasons(results, lambda one: one["verdict"] == UNMADE),
        },
        "worst": _worst(results),
        "heaviest": _heaviest(results),
    }


def _verdicts(results: Sequence[Result], counts: Callable[[Result], bool]) -> dict[str, Any]:
    """How many operations met each verdict; those of contracts that do not count as started: not asked."""
    every: Counter[str] = Counter()
    itemless: Counter[str] = Counter()
    for result in results:
        answers = result["answers"] if counts(result) else []
        every.update(one["verdict"] for one in answers)
        itemless.update(one["verdict"] for one in answers if not one["item"])
        every[UNSENT] += result["operations"] - len(answers)
        itemless[UNSENT] += result["without_item"] - sum(not one["item"] for one in answers)
    return {
        "contracts": len(results),
        "operations": {name: every[name] for name in VERDICTS},
        "without an item parameter": {name: itemless[name] for name in VERDICTS},
    }


def _answered_by(results: Sequence[Result]) -> dict[str, dict[str, int]]:
    """By who answered, how many answers met each verdict."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for result in results:
        for one in result["answers"]:
            if one.get("by"):
                found[one["by"]][one["verdict"]] += 1
    return {name: dict(counts) for name, counts in sorted(found.items())}


def _with_made_ids(results: Sequence[Result]) -> dict[str, int]:
    """What would have come of the operations that are left out for want of a known id."""
    answers = [one for result in results for one in result["answers"]]
    return dict(Counter(one["with_made_id"] for one in answers if "with_made_id" in one))


def _generated(results: Sequence[Result]) -> dict[str, int]:
    made = [one for result in results for one in result["answers"] if one.get("generated")]
    return {"answers": len(made), "valid": sum(one["verdict"] == ANSWERED for one in made)}


def _cross_check(results: Sequence[Result]) -> dict[str, Any]:
    asked = [(result["name"], one) for result in results for one in result["answers"] if "agrees" in one]
    return {
        "answers": len(asked),
        "disagreed": [f"{name}: {one['operation']}" for name, one in asked if one["agrees"] is False],
        "failed": sum(isinstance(one["agrees"], str) for _, one in asked),
    }


def _costs(up: Sequence[Result], bundled: dict[str, Any]) -> dict[str, Any]:
    def middle(values: Iterable[float | None]) -> float | None:
        known = [value for value in values if value is not None]
        return round(median(known), 4) if known else None

    starts = [result["start"] for result in up]
    most = max((one["whole_cpu"] for one in starts), default=None)
    whole = middle(one["whole_cpu"] for one in starts)
    return {
        "start_cpu": middle(one["cpu"] for one in starts),
        "whole_start_cpu": whole,
        "most_start_cpu": most,
        "start_memory": middle(one["memory"] for one in starts),
        "memory": middle(one["memory"] for one in up),
        "most_memory": max((one["memory"] or 0 for one in up), default=None),
        "request_cpu_ms": middle(
            1000 * answer["cpu"] for one in up for answer in one["answers"] if "cpu" in answer
        ),
        "bundled_whole_start_cpu": bundled.get("whole_cpu"),
        "bundled_start_cpu": bundled.get("cpu"),
        "bundled_memory": bundled.get("memory"),
        "to_bundled": round(whole / bundled["whole_cpu"], 3) if whole and bundled.get("whole_cpu") else None,
    }


def _start_reasons(results: Sequence[Result]) -> list[dict[str, Any]]:
    """Why contracts do not start: by rule and message, in how many it is the first, one, or the only one."""
    rows: dict[str, dict[str, Any]] = {}

    def row(reason: str) -> dict[str, Any]:
        return rows.setdefault(
            reason, {"reason": reason, "first": 0, "any": 0, "alone": 0, "findings": 0, "examples": []}
        )

    for result in results:
        if started(result):
            continue
        start = result["start"]
        if start is None:
            one = row(f"process: {_short(result['failed'])}")
            for key in ("first", "any", "alone", "findings"):
                one[key] += 1
            one["examples"].append(result["name"])
            continue
        groups = start["findings"]
        for position, group in enumerate(groups):
            one = row(f"{group['rule']}: {group['head']}")
            one["first"] += position == 0
            one["any"] += 1
            one["alone"] += len(groups) == 1
            one["findings"] += group["count"]
            # Where it is the only reason is the best example.
            one["examples"].insert(0 if len(groups) == 1 else len(one["examples"]), result["name"])
    for one in rows.values():
        one["examples"] = one["examples"][:EXAMPLES]
    return sorted(rows.values(), key=lambda one: (-one["any"], one["reason"]))


def _short(text: str) -> str:
    return text.replace("\n", " ")[:120] or "it said nothing"


def _reasons(results: Sequence[Result], counts: Callable[[Any], bool]) -> list[dict[str, Any]]:
    """Why operations were not answered as documented."""
    return by_reason(
        Failure(result["name"], one["operation"], one["why"])
        for result in results
        for one in result["answers"]
        if counts(one)
    )


def _faults(results: Sequence[Result]) -> list[dict[str, Any]]:
    """The 5xx among all answers, those in lifecycles too."""
    return by_reason(
        Failure(result["name"], one["operation"], one["why"])
        for result in results
        for one in result["faults"]
    )


def _worst(results: Sequence[Result]) -> list[dict[str, Any]]:
    """The contracts with most operations that are not answered as documented, started or not."""

    def lost(result: Result) -> int:
        counted = (ANSWERED, UNKNOWN)
        good = sum(one["verdict"] in counted for one in result["answers"]) if started(result) else 0
        return int(result["operations"]) - good

    found = sorted((one for one in results if lost(one)), key=lambda one: (-lost(one), one["name"]))
    return [
        {
            "name": one["name"],
            "started": "yes" if started(one) else "no",
            "operations": one["operations"],
            "lost": lost(one),
            "why": _main_reason(one),
        }
        for one in found[:WORST]
    ]


def _main_reason(result: Result) -> str:
    if not started(result):
        findings = result["start"]["findings"] if result["start"] else []
        return f"{findings[0]['rule']}: {findings[0]['head']}" if findings else _short(result["failed"])
    reasons = Counter(
        f"{one['verdict']}: {one['why']}"
        for one in result["answers"]
        if one["verdict"] not in (ANSWERED, UNKNOWN)
    )
    return reasons.most_common(1)[0][0] if reasons else ""


def _heaviest(results: Sequence[Result]) -> list[dict[str, Any]]:
    known = [one for one in results if one["start"]]
    return [
        {
            "name": one["name"],
            "bytes": one["bytes"],
            "operations": one["operations"],
            "start_cpu": one["start"]["cpu"],
            "memory": one["start"]["memory"],
        }
        for one in sorted(known, key=lambda one: -one["start"]["cpu"])[:5]
    ]
