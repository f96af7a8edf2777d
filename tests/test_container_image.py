"""The image: its rules, and its steps run in a clean folder; itself where there is a container engine."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import yaml

from tests.servers import Server, environment

ROOT = Path(__file__).parents[1]
LINES = re.findall(r"^([A-Z]+) (.+)$", (ROOT / "Dockerfile").read_text(encoding="utf-8"), re.MULTILINE)
SECOND = [at for at, (word, _) in enumerate(LINES) if word == "FROM"][1]
BUILT, FINAL = LINES[:SECOND], LINES[SECOND:]


def last(word: str) -> str:
    """What the image's last stage says with this instruction, once."""
    (found,) = [rest for name, rest in FINAL if name == word]
    return found


def variables() -> dict[str, str]:
    return dict(rest.split("=", 1) for word, rest in FINAL if word == "ENV")


def test_the_image_is_small_and_runs_as_nobody_in_particular() -> None:
    assert {rest.split()[0] for word, rest in LINES if word == "FROM"} == {"python:3.13-slim"}
    user = last("USER")
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", user), "A number: Kubernetes' runAsNonRoot knows no names."
    assert [rest for word, rest in FINAL if word == "COPY"] == ["--from=build /opt/mockade /opt/mockade"]
    assert not [rest for word, rest in FINAL if word == "RUN"]
    assert variables()["MOCKADE_PORT"] == last("EXPOSE")
    assert "/_mockade/v1/ready" in last("HEALTHCHECK")


def test_what_is_copied_is_let_through_and_nothing_else() -> None:
    copied = {name for word, rest in BUILT if word == "COPY" for name in rest.split()[:-1]}
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert "*" in ignored
    assert {line[1:] for line in ignored if line.startswith("!")} == copied
    assert all((ROOT / name).exists() for name in copied)


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the build's steps make of what is copied, in a clean folder: `bin/` and the package beside it."""
    folder = tmp_path_factory.mktemp("image")
    clean, packages, bin_folder = folder / "build", folder / "packages", folder / "bin"
    for name in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines():
        source = ROOT / name[1:]
        if name.startswith("!") and source.is_dir():
            shutil.copytree(source, clean / name[1:], ignore=shutil.ignore_patterns("__pycache__"))
        elif name.startswith("!"):
            clean.mkdir(exist_ok=True)
            shutil.copy(source, clean / name[1:])
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=clean, env=environment(), capture_output=True, check=True)
    zipfile.ZipFile(next(folder.glob("*.whl"))).extractall(packages)
    bin_folder.mkdir()
    (bin_folder / "python").symlink_to(sys.executable)
    script = bin_folder / "mockade"
    script.write_text(f'#!/bin/sh\nexec {sys.executable} -m mockade "$@"\n', encoding="utf-8")
    script.chmod(0o755)
    return folder


def image_environment(installed: Path) -> dict[str, str]:
    found = {**variables(), "MOCKADE_PORT": "0", "PYTHONPATH": str(installed / "packages")}
    found["MOCKADE_CACHE"] = str(installed / "cache")
    return {**found, "PATH": f"{installed / 'bin'}:/usr/local/bin:/usr/bin:/bin", "MOCKADE_TOKEN": "secret"}


def with_a_read_only_root(command: list[str]) -> list[str]:
    """The command in a mount namespace of its own, where one can be made."""
    script = 'mount -o remount,ro,bind / && exec "$@"'
    wrapped = ["unshare", "--mount", "sh", "-c", script, "sh"]
    probe = (
        subprocess.run([*wrapped, "true"], capture_output=True, check=False)
        if shutil.which("unshare")
        else None
    )
    return [*wrapped, *command] if probe is not None and probe.returncode == 0 else command


def is_healthy(env: dict[str, str], port: int) -> bool:
    check = json.loads(last("HEALTHCHECK").partition(" CMD ")[2])
    asked = {**environment(), **env, "MOCKADE_PORT": f"{port}"}
    return subprocess.run(check, env=asked, capture_output=True, check=False).returncode == 0


def test_its_steps_make_what_serves_with_a_read_only_root_and_knows_when_it_is_ready(installed: Path) -> None:
    env = image_environment(installed)
    filled = subprocess.run(
        ["mockade", "apis"], env={**environment(), **env}, capture_output=True, check=True
    )
    assert b"rallyhere" in filled.stdout
    command = [*json.loads(last("ENTRYPOINT")), *json.loads(last("CMD"))]
    with Server(command=with_a_read_only_root(command), env=env, cwd=installed / "bin") as server:
        assert [line for line in server.lines if line.startswith("Mockade is ready: ")] == [
            f"Mockade is ready: http://127.0.0.1:{server.port}"
        ]
        assert is_healthy(env, server.port)
        assert server.request("GET", "/_mockade/v1/journal").status_code == 401
        assert server.stop()[0] == 0
        assert not is_healthy(env, server.port)


def test_what_is_mounted_is_its_home(installed: Path) -> None:
    script = json.loads(last("ENTRYPOINT"))[2].replace("/apis", str(ROOT / "examples" / "library"))
    env = image_environment(installed)
    with Server(command=["/bin/sh", "-c", script, "mockade", "serve"], env=env) as server:
        assert server.request("GET", "/_mockade/v1/ready").json()["apis"] == ["library"]


def test_the_example_of_compose_is_the_image_with_a_read_only_root_and_a_mounted_home() -> None:
    file = ROOT / "examples" / "ci" / "docker-compose.yml"
    mock = yaml.safe_load(file.read_text(encoding="utf-8"))["services"]["mock"]
    assert mock["read_only"] is True
    assert (file.parent / mock["build"] / "Dockerfile").exists()
    (mount,) = mock["volumes"]
    folder, place, mode = mount.split(":")
    assert (place, mode) == ("/apis", "ro")
    assert (file.parent / folder / "specs").is_dir()


@pytest.mark.skipif(
    subprocess.run(["docker", "info"], capture_output=True, check=False).returncode != 0
    if shutil.which("docker")
    else True,
    reason="there is no container engine to build the image with",
)
def test_the_image_can_be_built() -> None:
    subprocess.run(["docker", "build", "-q", "-t", "mockade", str(ROOT)], check=True, timeout=600)
