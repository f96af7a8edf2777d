"""The action and the examples for CI: what they run is run here, as the runner would."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import yaml

from mockade.reports.gates import GATES
from tests.servers import environment

ROOT = Path(__file__).parents[1]
CI = ROOT / "examples" / "ci"


def read(file: Path) -> Any:
    return yaml.safe_load(file.read_text(encoding="utf-8"))


ACTION = read(ROOT / "action.yml")
PULL_REQUEST = read(CI / "pull-request.yml")
GITLAB = read(CI / "gitlab-ci.yml")["contracts"]


def step(name: str) -> dict[str, Any]:
    (found,) = [one for one in ACTION["runs"]["steps"] if one.get("name") == name]
    return found  # type: ignore[no-any-return]


def on_the_path(folder: Path, *places: str) -> dict[str, str]:
    """An environment with `mockade` in the places where a runner has it, and this Python as `python`."""
    for place in places:
        (folder / place).mkdir(parents=True, exist_ok=True)
        for name, rest in (("mockade", "-m mockade"), ("python", "")):
            file = folder / place / name
            file.write_text(f'#!/bin/sh\nexec {sys.executable} {rest} "$@"\n', encoding="utf-8")
            file.chmod(0o755)
    found = {"PATH": f"{folder / places[0]}:{os.environ['PATH']}", "PYTHONDONTWRITEBYTECODE": "1"}
    return environment(**found, PYTEST_DISABLE_PLUGIN_AUTOLOAD="1", PYTEST_ADDOPTS="-p no:cacheprovider")


def bash(script: str, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    words = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script]
    return subprocess.run(words, cwd=ROOT, env=env, capture_output=True, text=True, timeout=120, check=False)


def inputs(given: dict[str, str]) -> dict[str, str]:
    """All inputs of the action, as a workflow gives them."""
    assert given.keys() <= ACTION["inputs"].keys()
    needed = {name for name, one in ACTION["inputs"].items() if one.get("required")}
    assert needed <= given.keys()
    return {name: given.get(name, one.get("default", "")) for name, one in ACTION["inputs"].items()}


def filled(text: str, values: dict[str, str]) -> str:
    return re.sub(r"\$\{\{ inputs\.([\w-]+) \}\}", lambda found: values[found[1]], text)


def test_the_pull_request_of_the_example_is_green_and_leaves_every_report(tmp_path: Path) -> None:
    jobs = PULL_REQUEST["jobs"]["contracts"]["steps"]
    (ours,) = [one for one in jobs if one.get("uses", "").startswith("OWNER/mockade@")]
    reports = tmp_path / "mockade-reports"
    values = inputs(ours["with"]) | {"reports": str(reports)}
    run = step("Run the command with the mock around it")
    env = on_the_path(tmp_path, "mockade/bin") | {"RUNNER_TEMP": str(tmp_path), "GITHUB_ACTIONS": "true"}
    done = bash(run["run"], env | {name: filled(text, values) for name, text in run["env"].items()})
    assert done.returncode == 0, done.stdout + done.stderr
    assert "the contract was kept" in done.stderr + done.stdout
    files = {file.name: file.stat().st_size for file in reports.iterdir()}
    assert files.keys() >= {
        "junit.xml",
        "mockade.sarif",
        "index.html",
        "mockade.json",
        "mockade.har",
        "journal.ndjson",
    }
    assert all(files.values())
    (upload,) = [one for one in jobs if "upload-sarif" in one.get("uses", "")]
    assert Path(upload["with"]["sarif_file"]).name in files
    assert Path(upload["with"]["sarif_file"]).parent.name == ACTION["inputs"]["reports"]["default"]


def test_the_action_ends_with_the_gates_verdict_and_takes_words_apart(tmp_path: Path) -> None:
    run = step("Run the command with the mock around it")
    asked = "curl -s -o /dev/null -H 'X-Key: reader-key' $MOCKADE_LIBRARY_URL/books?sort=title"
    env = on_the_path(tmp_path, "mockade/bin") | {"RUNNER_TEMP": str(tmp_path)}
    values = inputs({"command": asked, "apis": "examples/library", "fail-on": "violation notice"})
    values["reports"] = str(tmp_path / "reports")
    done = bash(run["run"], env | {name: filled(text, values) for name, text in run["env"].items()})
    assert done.returncode == 1, done.stderr
    assert "'sort' is not in the contract" in done.stdout + done.stderr


def test_the_action_hands_inputs_to_its_scripts_as_variables_alone() -> None:
    for one in ACTION["runs"]["steps"]:
        assert "${{" not in one.get("run", ""), "An input could end the script and go on with its own."
        for word in re.findall(r"inputs\.([\w-]+)", yaml.safe_dump(one)):
            assert word in ACTION["inputs"]
    gates = ACTION["inputs"]["fail-on"]["default"].split()
    assert set(gates) <= set(GATES)


def test_the_job_of_the_gitlab_example_is_green_and_leaves_what_it_names(tmp_path: Path) -> None:
    env = on_the_path(tmp_path, "bin")
    script = "\n".join(GITLAB["script"]).replace("reports", str(tmp_path / "reports"))
    suite = "python -m pytest examples/library"  # it is run for the pull request
    assert suite in script
    done = bash(script.replace(suite, "true"), env)
    assert done.returncode == 0, done.stdout + done.stderr
    suites = ElementTree.parse(tmp_path / GITLAB["artifacts"]["reports"]["junit"]).getroot()
    assert suites.tag == "testsuites"


def test_the_line_of_the_page_is_that_of_the_job() -> None:
    page = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
    (line,) = re.findall(r"^\$ (mockade exec .+)$", page, re.MULTILINE)
    assert set(line.split()) - {"pytest"} <= set(" ".join(GITLAB["script"]).split())


def test_the_step_of_the_page_is_that_of_the_workflow() -> None:
    page = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"^```yaml\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    assert yaml.safe_load(block)[0] in PULL_REQUEST["jobs"]["contracts"]["steps"]
    table = page.partition("## GitHub")[2].partition("## GitLab")[0]
    assert {name for name in ACTION["inputs"] if f"`{name}`" not in table} == set()


@pytest.mark.parametrize("name", [file.name for file in sorted(CI.iterdir())])
def test_the_page_names_each_example(name: str) -> None:
    pages = "".join((ROOT / "docs" / page).read_text(encoding="utf-8") for page in ("ci.md", "docker.md"))
    assert f"](../examples/ci/{name})" in pages
