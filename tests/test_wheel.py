"""What is shipped: the wheel, installed away from the source tree, serves every API."""

from __future__ import annotations

import re
import subprocess
import sys
import venv
from pathlib import Path

import pytest

from mockade.catalogue.files import find_files
from mockade.catalogue.loading import load_apis
from mockade.cli.banner import curl_line
from tests.cli.test_log import pasted
from tests.servers import Server, environment

ROOT = Path(__file__).parents[1]
UNREACHABLE = (
    "Failed to establish a new connection",
    "Temporary failure in name resolution",
    "Network is unreachable",
)


def pip(python: Path | str, *words: str) -> None:
    """Run pip; skip the test when there is no package index to ask."""
    done = subprocess.run(
        [str(python), "-m", "pip", "--disable-pip-version-check", "-q", *words],
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode and any(sign in done.stderr for sign in UNREACHABLE):
        pytest.skip("no package index can be reached, so nothing can be installed")
    assert done.returncode == 0, done.stderr


def test_the_installed_wheel_serves_every_api_from_an_empty_folder(tmp_path: Path) -> None:
    folder, empty = tmp_path / "installed", tmp_path / "empty"
    empty.mkdir()
    venv.create(folder, with_pip=True)
    binaries = folder / ("Scripts" if sys.platform == "win32" else "bin")
    python = binaries / "python"
    pip(python, "wheel", "--no-deps", "--wheel-dir", str(tmp_path), str(ROOT))
    (wheel,) = tmp_path.glob("mockade-*.whl")
    pins = ROOT / "constraints.txt"
    pip(python, "install", "--no-compile", *(["-c", str(pins)] if pins.is_file() else []), str(wheel))

    command = [str(binaries / "mockade"), "serve", "--port", "0"]
    with Server(command=command, cwd=empty, env={"PYTHONPATH": ""}) as server:
        for name, api in load_apis(find_files()).items():
            request = pasted(curl_line(api, server.url))
            options = {"headers": request.headers, "content": request.content}
            answer = server.request(request.method, request.url.path, **options)
            assert answer.is_success, (name, answer.text)
        page = server.request("GET", "/_mockade/docs/meshmap/").text
        for asset in re.findall(r'"\.\./(assets/[^"]+)"', page):
            assert server.request("GET", f"/_mockade/docs/{asset}").is_success, asset
        assert server.stop() == (0, "")

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
