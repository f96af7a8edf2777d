"""Where files lie: relative to the repository, to Mockade, or to a folder that the report names."""

from __future__ import annotations

from pathlib import Path

import pytest

from mockade.catalogue.files import bundled
from mockade.reports.locations import Location, Locations, repository


@pytest.mark.parametrize(
    ("file", "location"),
    [
        ("specs/my game.yaml", Location("%SRCROOT%", "client/specs/my%20game.yaml")),
        ("../api/game.yaml", Location("%SRCROOT%", "api/game.yaml")),
        ("specs\\game.yaml", Location("%SRCROOT%", "specs/game.yaml")),
        ("/opt/x/site-packages/mockade/specs/a.yaml", Location("MOCKADE", "specs/a.yaml")),
        ("C:\\Python\\Lib\\site-packages\\mockade\\specs\\a.yaml", Location("MOCKADE", "specs/a.yaml")),
        (str(bundled("specs") / "meshmap.yaml"), Location("MOCKADE", "specs/meshmap.yaml")),
        ("/else/where/a.yaml", Location("FOLDER1", "a.yaml", "file:///else/where/")),
        ("D:\\my specs\\a.yaml", Location("FOLDER1", "a.yaml", "file:///D:/my%20specs/")),
        ("https://x.test/v1/a.yaml", Location("FOLDER1", "a.yaml", "https://x.test/v1/")),
    ],
)
def test_a_file_is_relative_to_its_base(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file: str, location: Location
) -> None:
    (tmp_path / "client").mkdir()
    monkeypatch.chdir(tmp_path / "client")
    assert Locations(tmp_path).of(file) == location


def test_folders_elsewhere_have_a_name_each() -> None:
    locations = Locations()
    assert [locations.of(file).base for file in ("/a/x.yaml", "/b/x.yaml", "/a/y.yaml")] == [
        "FOLDER1",
        "FOLDER2",
        "FOLDER1",
    ]
    assert list(locations.bases()) == [("FOLDER1", "file:///a/"), ("FOLDER2", "file:///b/")]


def test_the_repository_is_what_ci_says_or_holds_its_git(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("GITHUB_WORKSPACE", "CI_PROJECT_DIR"):
        monkeypatch.delenv(name, raising=False)
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    (tmp_path / "a" / ".git").touch()
    assert repository(inner) == tmp_path / "a"
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path))
    assert repository(inner) == tmp_path
    monkeypatch.setenv("GITHUB_WORKSPACE", "/elsewhere")
    assert repository(inner) == tmp_path / "a"
