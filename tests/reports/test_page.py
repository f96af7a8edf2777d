"""docs/reports.md shows what the reports of its requests are."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from mockade.catalogue.redaction import Redaction
from mockade.control.exchanges import ExchangeSerializer
from mockade.reports import github
from mockade.reports.collector import MOST_GROUPS, TIMELINE, TIMELINE_BYTES, Collector
from mockade.reports.entries import MOST_BODY, MOST_CHANGED
from mockade.reports.formats import FORMATS
from mockade.reports.gates import KINDS
from mockade.reports.json import data
from mockade.reports.model import Report, facts_of, places_in
from mockade.reports.outputs import rendered
from tests.harness import Mock
from tests.test_readme import curl_lines, send

PAGE = (Path(__file__).parents[2] / "docs" / "reports.md").read_text(encoding="utf-8")


@pytest.fixture
def report(make_mock: Callable[..., Mock], monkeypatch: pytest.MonkeyPatch) -> Report:
    """That of the requests of the page."""
    for name in ("GITHUB_WORKSPACE", "CI_PROJECT_DIR"):
        monkeypatch.delenv(name, raising=False)
    mock = make_mock("meshmap")
    for line, _ in curl_lines(PAGE):
        send(mock, line)
    collector = Collector(timeline=TIMELINE)
    for exchange in mock.told:
        collector.add(exchange)
    full = ExchangeSerializer(mock.apis, Redaction.of(mock.apis.values())).full
    return collector.report("exec", full, apis=facts_of(mock.apis), place_of=places_in(mock.apis))


def section(format: str) -> str:
    return PAGE.partition(f"\n### {format}\n")[2].partition("\n### ")[0]


def test_each_format_has_a_section_and_a_row() -> None:
    for format, file in FORMATS.items():
        assert section(format)
        (row,) = [line for line in PAGE.splitlines() if line.startswith(f"| `{format}` |")]
        assert not file or f"`{file}`" in row


@pytest.mark.parametrize("format", [format for format in FORMATS if format != "html"])
def test_the_page_shows_lines_of_each_format_in_their_order(report: Report, format: str) -> None:
    found = "\n".join(github.commands(report)) if format == "github" else rendered(format, report)
    (block,) = re.findall(r"^```\w+\n(.*?)^```", section(format), re.MULTILINE | re.DOTALL)
    at = 0
    for line in block.splitlines():
        at = found.find(line.strip(), at)
        assert at >= 0, f"{line.strip()!r} is not in the report, or not behind the lines above it"


def test_the_page_names_every_member_kind_and_bound(report: Report) -> None:
    table = section("json")
    assert [name for name in data(report) if f"`{name}`" not in table] == []
    (group, *_) = data(report)["groups"]
    assert [name for name in group if f"`{name}`" not in table] == []
    assert [kind for kind in KINDS if f"`{kind}`" not in table] == []
    kib = 1024
    assert f"the first {MOST_GROUPS} groups" in PAGE
    assert f"the newest {TIMELINE}\nexchanges, within {TIMELINE_BYTES // kib // kib} MiB" in PAGE
    assert f"bodies above {MOST_BODY // kib} KiB and changed rows above {MOST_CHANGED // kib} KiB" in PAGE
