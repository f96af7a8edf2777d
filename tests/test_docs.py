"""What the pages under docs/ show is what happens: their curl lines are sent, and their answers compared."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.harness import Mock
from tests.test_readme import curl_lines, send, timeless

DOCS = Path(__file__).parents[1] / "docs"


def test_the_page_about_state_shows_what_happens(make_mock: Callable[..., Mock]) -> None:
    mock = make_mock()
    text = (DOCS / "state.md").read_text(encoding="utf-8")
    kept: dict[str, str] = {}
    lines = list(curl_lines(text))
    assert len(lines) >= 12
    for line, answer in lines:
        request, _, file = line.partition(" > ")
        for name, content in kept.items():
            request = request.replace(f"--data-binary @{name}", f"-d '{content.replace(chr(39), '')}'")
        said = send(mock, request)
        kept |= {file: said} if file else {}
        assert mock.told[-1].status < 300 or '"violations"' in answer, (line, said)
        assert not answer or timeless(said) == timeless(answer), line
