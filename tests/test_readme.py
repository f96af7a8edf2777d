"""What the README shows is what happens: its curl lines are sent, and its answers are compared."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click
import pytest

from mockade.cli.log import Log
from mockade.cli.main import MODULES
from mockade.cli.options import PORT
from mockade.cli.serve import serve
from mockade.reports import exchange_lines
from mockade.validation.agreement import validate
from tests.harness import Mock
from tests.servers import Server

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
DOCS = Path(__file__).parents[1] / "docs"
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
    """Send what a curl line would, and answer what it prints: the body, and what `-w` asks for."""
    words = iter(shlex.split(line)[1:])
    method, url, headers, body, silent, written = "", "", {}, None, False, ""
    for word in words:
        match word:
            case "-s":
                continue
            case "-o":
                silent = bool(next(words))
            case "-w":
                written = next(words)
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
    path = f"{parts.path}?{parts.query}" if parts.query else parts.path
    answer = mock.request(chosen, path, headers=headers, content=body)
    told = written.replace("%{http_code}", str(answer.status_code)).removesuffix(r"\n")
    told = re.sub(r"%header\{(.+?)\}", lambda match: answer.headers[match[1]], told)
    return ("" if silent else answer.text) + told


def timeless(text: str) -> str:
    """Without the times of day, which are those of the reader's clock."""
    return re.sub(r"\d{4}-\d\d-\d\dT[\d:.]+Z", "TIME", text)


def test_the_tour_answers_what_it_says(make_mock: Callable[..., Mock]) -> None:
    mock = make_mock()
    lines = list(curl_lines(TOUR))
    assert len(lines) >= 7
    for line, answer in lines:
        assert timeless(send(mock, line)) == timeless(answer), line


def test_the_log_says_what_the_readme_shows(make_mock: Callable[..., Mock]) -> None:
    (block,) = re.findall(r"^```text\n(.*?)\n```", TOUR, re.MULTILINE | re.DOTALL)
    mock = make_mock()
    (line,) = [line for line, _ in curl_lines(TOUR) if '"team_id": -1' in line]
    send(mock, line)
    said = "\n".join(click.unstyle(one) for one in Log(mock.apis).lines(mock.last))
    assert re.sub(r"[\d.]+ ms", "MS", said) == re.sub(r"[\d.]+ ms", "MS", block)


def test_the_journal_says_what_the_readme_shows(make_mock: Callable[..., Mock]) -> None:
    before, block = TOUR.split("$ mockade journal --world demo\n")
    mock = make_mock()
    for line, _ in curl_lines(before.rpartition("```console")[0]):
        send(mock, line)
    told = mock.get("/@demo/_mockade/v1/journal").json()["exchanges"]
    said = "\n".join(click.unstyle(line) for one in told for line in exchange_lines.lines(one))
    assert timeless(said) == timeless(block.partition("\n```")[0])


def test_the_example_of_the_docs_is_the_one_that_can_be_served(make_mock: Callable[..., Mock]) -> None:
    folder = DOCS / "examples" / "shop"
    page = (DOCS / "adding-an-api.md").read_text(encoding="utf-8")
    assert (folder / "apis" / "shop.py").read_text(encoding="utf-8") in page
    assert (folder / "fixtures" / "shop.yaml").read_text(encoding="utf-8") in page
    assert validate([folder]).findings == []
    mock = make_mock(home=folder)
    mine, other = {"x-api-key": "demo-key"}, {"x-api-key": "other-key"}
    made = mock.post("/widgets", headers=other, json={"name": "Two"}).json()
    assert mock.post(f"/widgets/{made['id']}/sell", headers=mine).json()["code"] == "not_yours"
    assert mock.post(f"/widgets/{made['id']}/sell", headers=other).json()["sold"] is True
    assert mock.post(f"/widgets/{made['id']}/sell", headers=other).status_code == 409
    assert len(mock.get("/widgets", headers=mine).json()) == 2


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


def test_the_table_of_commands_names_all_of_them_and_every_option_of_serve() -> None:
    table = README.partition("## The command line")[2].partition("\n## ")[0]
    assert all(f"`mockade {name}" in table for name in MODULES)
    told = re.findall(r"--[a-z-]+", table)
    options = {word for one in serve.params for word in one.opts if word.startswith("--")}
    assert options - {"--verbose", "--quiet", "--help"} <= set(told)


def test_every_link_of_the_docs_leads_somewhere() -> None:
    root = Path(__file__).parents[1]
    for page in [root / "README.md", *root.glob("docs/**/*.md")]:
        for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


def document(version: str, schema: Any, **more: Any) -> dict[str, Any]:
    """A document of one operation, GET /a, that answers with `schema`."""
    answer = {"description": "x", "content": {"application/json": {"schema": schema}}}
    operation = {"responses": {"200": answer}, **more.pop("operation", {})}
    head = {"openapi": version, "info": {"title": "T", "version": "1"}}
    return {**head, "paths": {"/a": {"get": operation}}, **more}


OBJECT = {"type": "object", "properties": {"name": {"type": "string"}}}
KEY = {"securitySchemes": {"Key": {"type": "http", "scheme": "bearer"}}}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("openapi.yaml", document("3.0.3", OBJECT, operation={"operationId": "getA"})),
        ("openapi.json", document("3.1.0", {"type": ["object", "null"]}, operation={"operationId": "getA"})),
        ("openapi.yaml", document("3.0.3", {"$ref": "parts/a.yaml#/A"})),
        ("openapi.yml", document("3.0.3", {"type": "array", "items": OBJECT})),
        ("openapi.yaml", document("3.0.3", OBJECT, components=KEY, security=[{"Key": []}])),
    ],
    ids=["3.0", "3.1 JSON", "several files", "no operationIds", "security"],
)
def test_the_first_example_serves_the_readers_own_file(
    tmp_path: Path, name: str, content: dict[str, Any]
) -> None:
    (line,) = re.findall(r"^\$ mockade (serve [\w.]+)", README[:1200], re.MULTILINE)
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "a.yaml").write_text("A: {type: object}\n", encoding="utf-8")
    (tmp_path / name).write_text(json.dumps(content), encoding="utf-8")
    words = line.replace("openapi.yaml", name).split()[1:]
    with Server(*words, cwd=tmp_path) as server:
        answer = server.request("GET", "/a", headers={"authorization": "Bearer whoever"})
        assert (answer.status_code, server.stop()[0]) == (200, 0)
