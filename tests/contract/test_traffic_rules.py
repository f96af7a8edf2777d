"""The rules of what clients do are on the page that says what each is told of."""

from __future__ import annotations

import re
from pathlib import Path

from mockade.contract.traffic_rules import TRAFFIC_RULES

PAGE = Path(__file__).parents[2] / "docs" / "ci.md"


def test_each_rule_has_its_line_on_the_page() -> None:
    section = (
        PAGE.read_text(encoding="utf-8").partition("## How a client uses an API")[2].partition("\n## ")[0]
    )
    assert re.findall(r"^\| `([\w-]+)` \|", section, re.MULTILINE) == sorted(TRAFFIC_RULES)
