"""docs/rules.md has a line for each rule that the code knows, and no finding has a rule that is not there."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from mockade.contract.slips import RANKS
from mockade.validation.rules import RULES

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "mockade"
PACKAGES = ("contract", "catalogue", "validation")
"""Where the findings of `validate` are made."""

SEVERITIES = frozenset(RANKS)
MAKERS = {"Finding": 3, "_tell": 3, "tell": 3}
"""What makes a finding, and the position of its rule; without one it is `openapi`, or the caller's."""


def calls() -> Iterator[tuple[str, ast.Call]]:
    for package in PACKAGES:
        for file in sorted((SOURCE / package).rglob("*.py")):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call):
                    yield str(file.relative_to(SOURCE)), node


def rule_of(call: ast.Call) -> ast.expr | None:
    name = getattr(call.func, "id", getattr(call.func, "attr", ""))
    named = next((one.value for one in call.keywords if one.arg == "rule"), None)
    position = MAKERS.get(name)
    if named is None and position is not None and len(call.args) > position:
        return call.args[position]
    return named


def rules_in_code() -> set[str]:
    found = {
        rule.value
        for _, call in calls()
        if isinstance(rule := rule_of(call), ast.Constant) and isinstance(rule.value, str)
    }
    return found - SEVERITIES


def test_each_rule_has_its_line_on_the_page() -> None:
    page = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
    lines = re.findall(r"^\| `([\w-]+)` \| (.+?) \| (.+) \| (.+) \|$", page, re.MULTILINE)
    known = [(id, " or ".join(one.severities), one.what, one.mend) for id, one in RULES.items()]
    assert lines == known, "docs/rules.md has the table of validation/rules.py, line by line."


def test_the_table_is_in_order_and_each_line_says_something() -> None:
    assert list(RULES) == sorted(RULES, key=str.lower)
    for one in RULES.values():
        assert one.what.endswith(".")
        assert one.mend.endswith(".")
        assert sorted(one.severities, key=RANKS.__getitem__) == list(one.severities)


def test_the_code_has_no_rule_that_the_table_has_not_and_the_other_way_about() -> None:
    elsewhere = {"second-opinion", "openapi"}  # a name stands for the first, no word for the second
    assert rules_in_code() - RULES.keys() == set()
    assert RULES.keys() - rules_in_code() - elsewhere == set()


def test_every_finding_has_a_rule() -> None:
    without = [
        f"{file}:{call.lineno}"
        for file, call in calls()
        if getattr(call.func, "id", "") == "Finding" and rule_of(call) is None
    ]
    assert without == []
