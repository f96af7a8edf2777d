"""What is shipped: the wheel, installed away from the source tree, serves every API."""

from __future__ import annotations

import re
import subprocess
import sys
import venv
from importlib.metadata import Distribution, distribution
from importlib.util import find_spec
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from mockade.catalogue.files import find_files
from mockade.catalogue.loading import load_apis
from mockade.cli.banner import curl_line
from tests.servers import Server, curl_request, environment

ROOT = Path(__file__).parents[1]
UNREACHABLE = (
    "Failed to establish a new connection",
    "Temporary failure in name resolution",
    "Network is unreachable",
)


def pip(*words: str) -> None:
    """Run pip; skip the test when there is no package index to ask."""
    done = subprocess.run(
        [sys.executable, "-m", "pip", "--disable-pip-version-check", "-q", *words],
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode and any(sign in done.stderr for sign in UNREACHABLE):
        pytest.skip("no package index can be reached, so nothing can be installed")
    assert done.returncode == 0, done.stderr


def build(folder: Path) -> None:
    """Build the wheel: in this environment if it has what builds it, else in one that pip makes."""
    if find_spec("hatchling") is None:
        pip("wheel", "--no-deps", "--wheel-dir", str(folder), str(ROOT))
    else:
        command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
        subprocess.run(command, cwd=ROOT, env=environment(), capture_output=True, check=True)


def needed(by: Distribution) -> dict[str, Distribution]:
    """By name, what a distribution declares to need, directly or not, as it is installed here."""
    found: dict[str, Distribution] = {}
    pending: list[tuple[str, frozenset[str]]] = [(words, frozenset()) for words in by.requires or ()]
    while pending:
        words, extras = pending.pop()
        requirement = Requirement(words)
        marker = requirement.marker
        if marker is not None and not any(marker.evaluate({"extra": extra}) for extra in ("", *extras)):
            continue
        name = canonicalize_name(requirement.name)
        if name not in found or requirement.extras:
            one = found[name] = distribution(name)
            assert requirement.specifier.contains(one.version, prereleases=True), words
            pending += [(further, frozenset(requirement.extras)) for further in one.requires or ()]
    return found


def link(wheel: Distribution, packages: Path) -> None:
    """Give an environment the dependencies that the wheel declares, and no other: links to ours."""
    for one in needed(wheel).values():
        for name in {file.parts[0] for file in one.files or () if file.parts[0] not in ("..", "__pycache__")}:
            if not (packages / name).exists():
                (packages / name).symlink_to(Path(str(one.locate_file(name))).resolve())


def test_the_installed_wheel_serves_every_api_from_an_empty_folder(tmp_path: Path) -> None:
    folder, empty = tmp_path / "installed", tmp_path / "empty"
    empty.mkdir()
    venv.create(folder)
    binaries = folder / ("Scripts" if sys.platform == "win32" else "bin")
    python = binaries / "python"
    build(tmp_path)
    (wheel,) = tmp_path.glob("mockade-*.whl")
    pip("--python", str(python), "install", "--no-deps", "--no-compile", str(wheel))
    (metadata,) = folder.rglob("mockade-*.dist-info")
    link(Distribution.at(metadata), metadata.parent)

    scripts = {path.name for path in (ROOT / "fixtures").glob("*.play.yaml")}
    assert {path.name for path in folder.rglob("*.play.yaml")} == scripts != set()

    command = [str(binaries / "mockade"), "serve", "--port", "0"]
    with Server(command=command, cwd=empty, env={"PYTHONPATH": ""}) as server:
        for name, api in load_apis(find_files()).items():
            request = curl_request(curl_line(api, server.url))
            options = {"headers": request.headers, "content": request.content}
            answer = server.request(request.method, request.url.path, **options)
            assert answer.is_success, (name, answer.text)
        page = server.request("GET", "/_mockade/docs/meshmap/").text
        assets = re.findall(r'"\.\./(assets/[^"]+)"', page)
        assert len(assets) == 3
        for asset in assets:
            assert server.request("GET", f"/_mockade/docs/{asset}").is_success, asset
        code, said = server.stop()
    assert code == 0
    assert all(line.startswith("Reading ") for line in said.splitlines())  # on a busy machine

    code = "import mockade; print(mockade.__file__)"
    told = subprocess.run(
        [str(python), "-c", code],
        cwd=empty,
        env=environment(PYTHONPATH=""),
        capture_output=True,
        text=True,
        check=True,
    )
    assert Path(told.stdout.strip()).is_relative_to(folder)
