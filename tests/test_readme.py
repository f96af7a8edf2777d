"""What the README shows is what happens: its curl lines are sent, and its answers are compared."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

from mockade.cli import PORT
from tests.harness import Mock

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
HEADING = "## Add an API"
TOUR, SHOP = README.split(HEADING, 1)


def curl_lines(text: str) -> Iterator[tuple[str, str]]:
    """Each curl line of the console blocks with the answer that stands under it."""
    for block in re.findall(r"^```console\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
        lines = block.splitlines()
        for at, line in enumerate(lines):
            if line.startswith("$ curl "):
                below = lines[at + 1] if at + 1 < len(lines) else ""
                yield line.removeprefix("$ "), "" if below.startswith("$ ") else below


def send(mock: Mock, line: str) -> str:
    """Send what a curl line would, and answer the body."""
    words = iter(shlex.split(line)[1:])
    method, url, headers, body = "", "", {}, None
    for word in words:
        match word:
            case "-s":
                continue
            case "-X":
                method = next(words)
            case "-H":
                name, _, value = next(words).partition(": ")
                headers[name] = value
            case "-d":
                body = next(words)
            case _:
                url = word
    parts = urlsplit(url)
    assert parts.netloc == f"127.0.0.1:{PORT}"
    chosen = method or ("POST" if body is not None else "GET")
    return mock.request(chosen, parts.path, headers=headers, content=body).text


def timeless(text: str) -> str:
    """Without the times of day, which are those of the reader's clock."""
    return re.sub(r"\d{4}-\d\d-\d\dT[\d:.]+Z", "TIME", text)


def test_the_tour_answers_what_it_says(make_mock: Callable[..., Mock]) -> None:
    mock = make_mock()
    lines = list(curl_lines(TOUR))
    assert len(lines) >= 7
    for line, answer in lines:
        assert timeless(send(mock, line)) == timeless(answer), line


def test_the_shop_of_two_files_answers_what_it_says(
    make_mock: Callable[..., Mock], home: Callable[..., Path]
) -> None:
    contract, fixtures = re.findall(r"^```yaml\n(.*?)^```", SHOP, re.MULTILINE | re.DOTALL)[:2]
    mock = make_mock(home=home(specs={"shop.yaml": contract}, fixtures={"shop.yaml": fixtures}))
    lines = list(curl_lines(SHOP))
    assert len(lines) == 4
    for line, answer in lines:
        assert send(mock, line) == answer, line


def test_the_first_screen_has_the_three_commands() -> None:
    first_screen = README[:1200]
    assert all(command in first_screen for command in ("make run", "make test", "make validate"))


def test_every_link_of_the_docs_leads_somewhere() -> None:
    root = Path(__file__).parents[1]
    for page in [root / "README.md", *root.glob("docs/**/*.md")]:
        for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"
