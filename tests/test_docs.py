"""What the pages under docs/ show is what happens: their curl lines are sent, and their answers compared."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from mockade.bots.expressions import FORMS
from mockade.bots.steps import KINDS
from mockade.validation.agreement import validate
from tests.bots.lobby import lobby_contracts, script_in
from tests.harness import Mock
from tests.servers import environment
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


def test_the_page_about_control_shows_what_happens(make_mock: Callable[..., Mock]) -> None:
    mock = make_mock()
    lines = list(curl_lines((DOCS / "control.md").read_text(encoding="utf-8")))
    assert len(lines) >= 3
    for line, answer in lines:
        said = send(mock, line)
        assert mock.told[-1].status == 200, (line, said)
        assert timeless(said) == timeless(answer), line


def test_the_page_about_resources_shows_what_happens(make_mock: Callable[..., Mock]) -> None:
    text = (DOCS / "resources.md").read_text(encoding="utf-8")
    served = re.split(r"^\$ mockade serve docs/(examples/\S+)\n", text, flags=re.MULTILINE)
    assert len(served) >= 3
    for folder, below in zip(served[1::2], served[2::2], strict=True):
        mock = make_mock(home=DOCS / folder)
        for line, answer in curl_lines(f"```console\n{below}"):
            assert timeless(send(mock, line)) == timeless(answer), line


def test_the_page_of_playcamp_shows_what_happens_and_the_fields_of_its_requests(
    make_mock: Callable[..., Mock],
) -> None:
    mock = make_mock("playcamp")
    page = (DOCS / "apis" / "playcamp.md").read_text(encoding="utf-8")
    lines = list(curl_lines(page))
    assert len(lines) == 3
    for line, answer in lines:
        assert timeless(send(mock, line)) == timeless(answer), line
    schemas = mock.apis["playcamp"].contract.document.root.value["components"]["schemas"]
    for name in ("CreateSponsor", "RedeemCoupon", "CreatePayment"):
        (needed, optional) = re.findall(rf"^\| `{name}` \| (.*) \| (.*) \|$", page, re.MULTILINE)[0]
        assert set(re.findall(r"`(\w+)`", needed)) == set(schemas[name]["required"])
        assert set(re.findall(r"`(\w+)`", needed + optional)) == set(schemas[name]["properties"])


def test_the_example_of_the_page_of_rules_is_silent_in_the_version_that_it_names(tmp_path: Path) -> None:
    page = (DOCS / "rules.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"^```yaml\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    (version,) = re.findall(r"^In OpenAPI (3\.\d) this silences", page, re.MULTILINE)
    spec = tmp_path / "widgets.yaml"
    head = f"openapi: {version}.0\ninfo: {{title: T, version: '1'}}\npaths: {{}}\ncomponents:\n  schemas:\n"
    spec.write_text(head + example, encoding="utf-8")
    assert validate([spec]).findings == []
    spec.write_text(head + re.sub(r".*x-mockade-ignore.*\n", "", example), encoding="utf-8")
    assert [one.rule for one in validate([spec]).findings] == ["keyword"]


def test_the_page_about_control_lists_what_there_is(make_mock: Callable[..., Mock]) -> None:
    text = (DOCS / "control.md").read_text(encoding="utf-8")
    own = make_mock("meshmap").own
    nouns = {
        operation.path.removeprefix("/worlds/{world}").strip("/").split("/")[0]
        for operation in own.operations
    }
    assert all(f"/{noun}" in text for noun in nouns - {""})


def blocks(page: str, language: str) -> list[str]:
    """The blocks of a page in a language."""
    text = (DOCS / page).read_text(encoding="utf-8")
    return [str(one) for one in re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)]


def blocks_of_testing() -> list[str]:
    return blocks("testing.md", "python")


def test_the_script_of_the_page_about_players_can_be_played(tmp_path: Path) -> None:
    (text,) = blocks("play.md", "yaml")
    script = script_in(tmp_path, text, lobby_contracts(tmp_path))
    assert (script.roster.names, len(script.leave)) == (["Bo", "Cy"], 1)
    page = (DOCS / "play.md").read_text(encoding="utf-8")
    assert all(f"| `{kind}" in page for kind in KINDS)
    assert all(f"`{form.partition('#')[0].replace('NAME', '')}" in page for form in FORMS)


def test_the_tests_of_the_page_about_testing_pass(pytester: pytest.Pytester) -> None:
    with_fixture, with_unittest = blocks_of_testing()
    (with_players,) = blocks("play.md", "python")
    pytester.makepyfile(test_a=with_fixture, test_b=with_unittest, test_c=with_players)
    result = pytester.runpytest("-p", "no:cacheprovider", "-p", "no:schemathesis")
    result.assert_outcomes(passed=5)


def test_a_unittest_needs_no_pytest(tmp_path: Path) -> None:
    (tmp_path / "test_scores.py").write_text(blocks_of_testing()[1], encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "unittest", "test_scores"],
        cwd=tmp_path,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
