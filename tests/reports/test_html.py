"""The HTML report: one file that asks no network, in which all that others wrote is text.

Holds `reports/coverage_tree.py` too.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from mockade.errors import Finding, Place
from mockade.reports.collector import Collector
from mockade.reports.coverage_tree import MOST_OF_ONE, coverage_tree
from mockade.reports.html import MOST_SHOWN, Frames, render
from mockade.reports.model import ApiFacts
from mockade.reports.validated import of_validation
from mockade.validation.report import ValidationResult
from tests.reports.chromium import CHROMIUM, measured
from tests.reports.runs import BROKEN, SERIALIZER, covered, exchange, hostile, reported, violation

GAME = "game.yaml"
OURS = frozenset(
    re.findall(
        r"\w+",
        "a article b body code dd del details div dl dt footer h1 h2 h3 head header html i ins li link main "
        "meta meter nav ol p pre section span style summary table tbody td th thead time title tr ul",
    )
)


class Page(HTMLParser):
    """The elements of a page, and their attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attributes)))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", " ".join(self.texts))


def test_what_others_wrote_is_text_wherever_it_stands() -> None:
    page = render(hostile())
    found = Page(page)
    assert {tag for tag, _ in found.elements} <= OURS
    for _, attributes in found.elements:
        assert not any(name.startswith("on") for name in attributes)
        assert (attributes.get("href") or "#").startswith(("#", "data:,"))
        assert "src" not in attributes
    assert "<script>alert('x')</script>]]>&amp;\\x00\\x1b[2J" in found.text
    assert not re.search(r"[\x00\x1b\u2028\ud800-\udfff\u202a-\u202e]", page)


def test_it_names_nothing_that_would_be_fetched() -> None:
    page = render(reported(BROKEN))
    assert not re.search(r"https?:|//[a-z]|@import|url\(", page.partition("</style>")[0])
    assert "default-src 'none'" in page


def test_it_tells_the_line_of_the_contract_and_how_to_ask_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / GAME).write_text("a: 1\nscore:\n  type: <number>\n", encoding="utf-8")
    told = {
        "where": "body",
        "pointer": "/score",
        "rule": "type",
        "message": "No.",
        "contract": "game.yaml:3:3",
    }
    collector = Collector()
    for _ in range(3):
        collector.add_entry({**SERIALIZER.full(BROKEN), "violations": [told]})
    page = render(collector.report("exec", apis=[ApiFacts("game", "<script>", "game.yaml")]))
    assert '<span class="hit">&gt;     3 |   type: &lt;number&gt;</span>' in page
    assert "<b>&lt;script&gt;</b>" in page
    text = Page(page).text
    assert "Failed" in text
    assert "3 times" in text
    assert 'curl "$MOCKADE_URL"/x' in text


def test_only_contracts_are_read_for_their_lines(tmp_path: Path) -> None:
    (tmp_path / "secrets.txt").write_text("secret", encoding="utf-8")
    (tmp_path / "folder.yaml").mkdir()
    for name in ("secrets.txt", "folder.yaml", "none.yaml", "\0.yaml"):
        assert Frames().of(Place(str(tmp_path / name), 1, 1)) == []


def test_what_is_too_long_is_cut_and_said() -> None:
    body = exchange(
        answered_by="handler", request_headers=[(b"content-type", b"text/plain")], request_body=b"x" * 9000
    )
    page = render(reported(body, timeline=5))
    assert f"{9000 - MOST_SHOWN:,} more characters" in page
    assert "x" * (MOST_SHOWN + 1) not in page
    late = render(reported(*[exchange(id=at) for at in range(1, 9)], timeline=5))
    assert "3 earlier exchanges are not kept" in late


def test_that_of_validate_has_its_findings() -> None:
    finding = Finding(Place("a.yaml", 1, 2), "It leads nowhere.", "Mend it.", "ref")
    text = Page(render(of_validation(ValidationResult(1, [finding]), "error"))).text
    assert "It leads nowhere." in text
    assert "Mend it." in text


def test_the_tree_of_coverage_lists_what_was_never_seen_first_and_says_what_it_leaves_out() -> None:
    tree = coverage_tree(covered())
    (api,) = tree.below
    seen, never = api.below
    assert [one.name for one in seen.below] == ["parameters"]
    assert (seen.below[0].below[0].name, len(seen.below[0].below), seen.left_out) == ("last", MOST_OF_ONE, 1)
    assert (never.below, never.left_out) == ([], 0)
    assert (seen.below[0].below[0].state, seen.below[0].below[-1].state) == ("never", "seen")
    assert [(bar.kind, bar.percent) for bar in tree.bars] == [("operations", "50"), ("enum values", "33.3")]


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")
def test_a_browser_shows_it_on_a_phone_and_in_the_dark_and_runs_and_fetches_nothing(tmp_path: Path) -> None:
    many = [exchange(id=at, violations=[violation(f"n{at}")], path=f"/{'long' * 60}") for at in range(1, 9)]
    page = render(reported(*many, timeline=9))
    found = measured(tmp_path, [(render(hostile()), 360), (page, 360), (page, 1200)], dark=True)
    assert [one["overflow"] for one in found] == [0, 0, 0], "nothing is wider than the screen"
    assert {(one["scripts"], one["loaded"]) for one in found} == {(0, 0)}
    assert {one["back"] for one in found} == {"rgb(20, 23, 27)"}
    assert found[-1]["title"] == "Failed: mockade exec"
