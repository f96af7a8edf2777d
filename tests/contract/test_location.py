"""Which files a contract may refer to: its folder's, its repository's and the working directory's."""

from __future__ import annotations

from pathlib import Path

import pytest

from mockade.contract.document import Document
from mockade.contract.location import Location
from tests.contract.documents import faults, write

HEAD = "openapi: 3.0.3\ninfo: {title: T, version: '1'}\npaths: {}\n"


def referring(folder: Path, ref: str) -> Path:
    """A contract in `folder` whose component A is `ref`."""
    return write(folder, {"x.yaml": f"{HEAD}components: {{schemas: {{A: {{$ref: '{ref}'}}}}}}\n"})


def test_a_ref_leads_anywhere_inside_the_repository_and_back(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "models").mkdir()
    back = '{"properties": {"own": {"$ref": "../api/v1/x.yaml#/components"}}}'
    (tmp_path / "models" / "a.json").write_text(back)
    document = Document(referring(tmp_path / "api" / "v1", "../../models/a.json"))
    node = document.component("schemas", "A")
    assert node is not None
    assert str(node.source.place()).endswith("models/a.json:1:1")
    own = node.get("properties", "own")
    assert own is not None
    assert own.source.uri == document.uri, "one file has one address"
    assert len(document.files) == 2


def test_a_ref_leads_anywhere_inside_the_working_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.yml").write_text("type: string\n")
    path = referring(tmp_path / "specs", "../a.yml")
    (fault,) = faults(lambda: Document(path))
    assert "leads out of the contract's folder." in fault
    monkeypatch.chdir(tmp_path)
    assert len(Document(path).files) == 2


@pytest.mark.parametrize("ref", ["../.env", "../notes.txt", "../key"])
def test_other_folders_give_contracts_alone(tmp_path: Path, ref: str) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / Path(ref).name).write_text("A: {type: string}\n")
    (fault,) = faults(lambda: Document(referring(tmp_path / "specs", ref)))
    assert "Only .yaml, .yml and .json files of other folders are read." in fault


@pytest.mark.parametrize("ref", ["../../outside.yaml", "../link.yaml", "../linked/outside.yaml"])
def test_a_ref_never_leads_out_of_the_repository(tmp_path: Path, ref: str) -> None:
    (tmp_path / "outside.yaml").write_text("type: string\n")
    repository = tmp_path / "repository"
    path = referring(repository / "specs", ref)
    (repository / ".git").mkdir()
    (repository / "link.yaml").symlink_to(tmp_path / "outside.yaml")
    (repository / "linked").symlink_to(tmp_path)
    (fault,) = faults(lambda: Document(path))
    assert "leads out of the contract's repository and the working directory." in fault


@pytest.mark.parametrize("directory", [".", ".."])
def test_the_home_directory_is_no_repository_and_no_working_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, directory: str
) -> None:
    home = tmp_path / "me"
    (home / "specs").mkdir(parents=True)
    (home / ".git").mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("USERPROFILE", str(home))
    monkeypatch.chdir(home / directory)
    location = Location.of(home / "specs" / "x.yaml")
    assert location.root == location.folder == (home / "specs").resolve()


def test_the_root_of_the_file_system_is_no_working_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir("/")
    assert Location.of(tmp_path / "x.yaml").root == tmp_path.resolve()
