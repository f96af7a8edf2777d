"""What the words of a command choose: names, documents, folders and addresses."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from mockade.catalogue import fetching
from mockade.catalogue.files import bundled, find_files
from mockade.catalogue.loading import load_apis, read_files
from mockade.catalogue.selection import Selection, Word, anchored
from mockade.errors import Finding, SetupError
from mockade.validation.agreement import validate
from tests.contracts import WIDGETS, contract, crud

Write = Callable[..., Path]
SPEC = contract(crud("/widgets"))
OTHER = contract(crud("/things"))
BUNDLED = sorted(find_files())


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Writes files into the empty folder that the test works in: `write("a/b.yaml", text)`."""
    monkeypatch.chdir(tmp_path)

    def file(name: str, text: str = SPEC) -> Path:
        path = Path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    return file


def findings(*words: Word, home: Path | None = None) -> list[str]:
    with pytest.raises(SetupError) as caught:
        load_apis(Selection(words, home).files())
    return [str(finding) for finding in caught.value.findings]


def test_without_words_it_is_the_bundled_apis_or_those_of_a_home(home: Write) -> None:
    assert sorted(Selection(()).files()) == BUNDLED
    assert list(Selection((), home(specs={"own.yaml": SPEC})).files()) == ["own"]


@pytest.mark.parametrize(
    "word", ["openapi.yaml", "./openapi.yaml", Path("openapi.yaml"), "api/../openapi.yaml"]
)
def test_a_document_is_served_by_its_path(write: Write, word: Word) -> None:
    write("openapi.yaml")
    (Path("api")).mkdir()
    (api,) = load_apis(Selection([word]).files()).values()
    assert (api.stem, len(api.contract.operations)) == ("openapi", 6)
    assert api.rows == []


def test_several_words_of_every_kind_are_served_together(write: Write) -> None:
    write("openapi.yaml")
    write("shop/specs/things.yaml", OTHER)
    assert list(Selection(["openapi.yaml", "shop", BUNDLED[0]]).files()) == ["openapi", "things", BUNDLED[0]]


def test_a_bare_word_is_a_name_first_and_else_a_folder(write: Write) -> None:
    write(f"{BUNDLED[0]}/specs/things.yaml", OTHER)
    assert Selection([BUNDLED[0]]).files() == find_files(names=BUNDLED[:1])
    assert list(Selection([f"{BUNDLED[0]}/"]).files()) == ["things"]
    assert list(Selection([Path(BUNDLED[0])]).files()) == ["things"]


def test_a_name_may_have_a_dot(home: Write) -> None:
    folder = home(specs={"shop.v1.yaml": SPEC})
    assert list(Selection(["shop.v1"], folder).files()) == ["shop.v1"]


def test_a_documents_fixtures_and_handlers_are_those_of_its_home(write: Write) -> None:
    path = write("shop/specs/openapi.yaml")
    fixtures = write("shop/fixtures/openapi.yaml", WIDGETS)
    handlers = write("shop/apis/openapi.py", "")
    (files,) = Selection([path]).files().values()
    assert (files.fixture, files.handlers) == (fixtures, handlers)


def test_a_document_has_the_fixtures_beside_it_unless_a_home_is_named(write: Write) -> None:
    write("api/openapi.yaml")
    fixtures = write("api/fixtures/openapi.yaml", WIDGETS)
    write("api/apis/openapi.py", "raise SystemExit")
    Path("other/specs").mkdir(parents=True)
    for home, fixture in ((None, fixtures), (Path("other"), None)):
        (files,) = Selection(["api/openapi.yaml"], home).files().values()
        assert (files.fixture, files.handlers) == (fixture, None)
    for word in ("api", "api/openapi.yaml", fixtures):
        assert validate([word]).code("error") == 0


def test_else_they_are_those_of_its_stem_in_the_home_that_is_named(write: Write) -> None:
    write("specs/openapi.yaml")
    fixtures = write("mine/fixtures/openapi.yaml", WIDGETS)
    (api,) = load_apis(Selection(["specs/openapi.yaml"], Path("mine")).files()).values()
    assert Path(api.fixtures.file) == fixtures
    assert api.rows


@pytest.mark.parametrize("folder", [".", "specs"])
@pytest.mark.parametrize("name", BUNDLED)
def test_a_strangers_document_never_gets_what_is_bundled(write: Write, folder: str, name: str) -> None:
    path = write(f"{folder}/{name}.yaml")
    (files,) = Selection([path]).files().values()
    assert files.fixture is None
    (api,) = load_apis({name: files}).values()
    assert api.module.file is None
    assert {answerer.kind for answerer in api.answerers.values()} == {"shape"}


@pytest.mark.parametrize("name", BUNDLED)
def test_a_bundled_document_has_what_belongs_to_it_by_its_path_too(name: str) -> None:
    path = bundled("specs") / f"{name}.yaml"
    (files,) = Selection([path]).files().values()
    assert (files.fixture, files.by_path) == (find_files()[name].fixture, False)


def test_two_documents_of_one_stem_are_told_apart(write: Write) -> None:
    write("a/openapi.yaml")
    write("b/openapi.json", "{}")
    (finding,) = findings("a/openapi.yaml", "b/openapi.json")
    assert finding == (
        "b/openapi.json: a/openapi.yaml is called 'openapi' too, and an API is called as its file. "
        "Rename one of the two, or serve each by a command of its own."
    )
    assert len(Selection(["a/openapi.yaml", "./a/openapi.yaml"]).files()) == 1


def test_the_name_of_the_control_api_is_taken(write: Write) -> None:
    (finding,) = findings(write("mockade.yaml"))
    assert "mockade.yaml: The name 'mockade' is taken" in finding


def test_what_is_not_there_is_told_with_the_nearest(write: Write) -> None:
    write("openapi.yaml")
    found = findings("opneapi.yaml", "openapi", f"{BUNDLED[0]}x", "nowhere/", "no/such.yaml")
    assert found[:2] == [
        "opneapi.yaml: There is no such file or folder. Did you mean 'openapi.yaml'?",
        "openapi: There is no API of this name. To serve a document, name its file: openapi.yaml",
    ]
    assert found[2].endswith(f"There is no API of this name. Did you mean {BUNDLED[0]!r}?")
    assert found[3:] == [
        "nowhere: There is no such file or folder.",
        "no/such.yaml: There is no such file or folder.",
    ]


def test_no_name_is_proposed_that_is_far_off_or_no_document(write: Write) -> None:
    write("refnul.yaml")
    write("opneapi.bin")
    Path("loop.yaml").symlink_to("loop.yaml")
    Path("shop").mkdir()
    assert findings("pathsnull.yaml", "openapi.yaml", "loop.yaml", "shpo/", "") == [
        "pathsnull.yaml: There is no such file or folder.",
        "openapi.yaml: There is no such file or folder.",
        "loop.yaml: This link leads to nothing. Name the document itself.",
        "shpo: There is no such file or folder. Did you mean 'shop'?",
        "'': An empty word names nothing. Name an API, an OpenAPI document or a folder.",
    ]


def test_a_document_that_begins_with_a_dash_is_proposed_as_a_path(write: Write) -> None:
    write("-x.yaml")
    (finding,) = findings(".")
    assert finding.endswith("Name its documents one by one: ./-x.yaml")


def test_a_folder_names_its_openapi_documents_and_no_others(write: Write) -> None:
    write("async.yaml", "asyncapi: 2.0.0\n")
    write("my shop.json", '{"swagger": "2.0"}')
    write("openapi.yaml")
    (finding,) = findings(".")
    assert finding.endswith("Name its documents one by one: 'my shop.json' openapi.yaml")
    write("other/async.yaml", "asyncapi: 2.0.0\n")
    (finding,) = findings("other")
    assert finding.endswith("None of its files is OpenAPI: async.yaml.")


def test_a_folder_without_contracts_says_what_to_name(write: Write) -> None:
    write("docs/openapi.yaml")
    write("shop/specs/shop.yaml")
    write("overlay/fixtures/meshmap.yaml", "")
    Path("empty").mkdir()
    Path("new/specs").mkdir(parents=True)
    assert findings("docs", "shop/specs", "overlay", "empty", "new") == [
        "docs: This folder has no specs/. Name its documents one by one: docs/openapi.yaml",
        "shop/specs: This is no home, which has specs/ in it. Name the folder above it: shop",
        "overlay: This home has no contract. To lay it over the bundled APIs: --home overlay",
        "empty: There is no contract in this folder. Name an OpenAPI document, or a folder with specs/.",
        "new: There is no contract in this folder. Put an OpenAPI document into new/specs.",
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"info": {"_postman_id": "1"}, "item": []}', "This is a Postman collection."),
        ('{"name": "Client", "calls": [], "datatypes": {}}', "PlayFab's own form, not OpenAPI."),
        ("<!doctype html><html></html>", "This is a web page (HTML), not an OpenAPI document."),
        ("", "This file is empty."),
    ],
)
@pytest.mark.parametrize("name", ["x.json", "x.yaml", "x.html"])
def test_a_file_that_is_no_document_is_one_sentence(write: Write, name: str, text: str, words: str) -> None:
    (finding,) = findings(write(name, text))
    assert words in finding


def test_a_device_is_no_document() -> None:
    (finding,) = findings(os.devnull)
    assert finding == f"{os.devnull}: This is no file. Name an OpenAPI document."


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_a_folder_that_cannot_be_read_says_so(write: Write) -> None:
    folder = write("locked/openapi.yaml").parent
    folder.chmod(0)
    try:
        assert "Permission denied" in findings("locked/openapi.yaml")[0]
    finally:
        folder.chmod(0o700)


def test_a_file_in_specs_that_is_no_contract_is_told_and_stops_no_other(home: Write) -> None:
    folder = home(specs={"shop.yaml": SPEC, "other.yaml": "opneapi: 3.0.3"})
    warnings: list[Finding] = []
    assert list(load_apis(Selection([folder]).files(), warn=warnings.append)) == ["shop"]
    (warning,) = warnings
    assert (warning.severity, warning.place.line) == ("warning", 1)
    assert str(warning).endswith(
        "This document begins with 'opneapi', which is nothing. Write `openapi`. "
        "It is not served, and no contract refers to it."
    )


def test_a_file_that_is_referred_to_is_no_contract_and_not_told(home: Write) -> None:
    main = SPEC.replace("components:", "components:\n  responses: {R: {$ref: 'parts.yaml#/R'}}", 1)
    folder = home(specs={"shop.yaml": main, "parts.yaml": "R: {description: x}"})
    warnings: list[Finding] = []
    assert list(load_apis(Selection([folder]).files(), warn=warnings.append)) == ["shop"]
    assert warnings == []


def test_a_home_of_nothing_but_such_files_is_a_fault(home: Write) -> None:
    assert "This document begins with 'opneapi'" in findings(home(specs={"a.yaml": "opneapi: 3.0.3"}))[0]


def served(monkeypatch: pytest.MonkeyPatch, **files: str) -> list[str]:
    """Lets https://x.test/NAME.yaml answer the files; answers the paths that are asked for."""
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        text = files.get(request.url.path.strip("/").partition(".")[0])
        return httpx.Response(404) if text is None else httpx.Response(200, text=text)

    client = httpx.Client

    def made(**_options: object) -> httpx.Client:
        return client(transport=httpx.MockTransport(answer))

    monkeypatch.setattr(fetching.httpx, "Client", made)
    return asked


def test_an_address_is_fetched_once_and_its_places_are_shown_without_secrets(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = served(monkeypatch, openapi=SPEC)
    read: list[str] = []
    selection = Selection(["https://me:hush@x.test/openapi.yaml?token=hush"])
    for _ in range(2):
        (api,) = load_apis(selection.files(read.append)).values()
    document = api.contract.document
    assert asked == ["/openapi.yaml"]
    assert read == ["https://x.test/openapi.yaml"]
    assert (api.stem, str(document.place(document.uri, ("paths",)))[:30]) == (
        "openapi",
        "https://x.test/openapi.yaml:5:",
    )
    assert read_files({"openapi": api}) == [], "a copy that nobody changes is not watched"


def test_the_copy_of_an_address_goes_with_its_selection(monkeypatch: pytest.MonkeyPatch) -> None:
    served(monkeypatch, openapi=SPEC)
    selection = Selection(["https://x.test/openapi.yaml"])
    copy = selection.files()["openapi"].spec
    assert copy.is_file()
    del selection
    assert not copy.exists()


def test_a_fetched_document_refers_to_what_was_fetched_alone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(fetching.tempfile, "tempdir", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".git").mkdir()
    (tmp_path / "secret.yaml").write_text("type: string\n")
    part = SPEC.replace("components:", "components:\n  headers: {H: {$ref: '../secret.yaml'}}", 1)
    served(monkeypatch, openapi=part)
    (finding,) = findings("https://x.test/openapi.yaml")
    assert finding.startswith("https://x.test/")


@pytest.mark.parametrize(
    ("word", "words"),
    [
        ("https://x.test/nothing.yaml", "https://x.test/nothing.yaml: This address answers 404 Not Found"),
        ("file:///etc/passwd", "Only http and https addresses are fetched. Give the path itself."),
        ("ftp://me:hush@x.test/a.yaml", "ftp://x.test/a.yaml: Only http and https addresses are fetched."),
        ("http://[", "This is no address"),
        ("http://", "http://: This is no address: it names no host."),
        ("https://:80/a.yaml", "This is no address: it names no host."),
        ("http://x.test:port/", "This is no address"),
    ],
)
def test_an_address_that_cannot_be_fetched_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, word: str, words: str
) -> None:
    served(monkeypatch)
    (finding,) = findings(word)
    assert words in finding
    assert "hush" not in finding


def test_nobody_is_told_to_edit_what_was_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    served(monkeypatch, empty="", other="opneapi: 3.0.3", list="[1]")
    for name in ("empty", "other", "list"):
        (finding,) = findings(f"https://x.test/{name}.yaml")
        assert finding.endswith("Open the address in a browser: is it that of the document itself?")


def test_paths_can_be_those_of_another_folder(write: Write, tmp_path: Path) -> None:
    write("api/openapi.yaml")
    write("shop/specs/shop.yaml")
    words = ["api/openapi.yaml", "shop", BUNDLED[0], "https://x.test/a.yaml", "unknown"]
    assert anchored(words, tmp_path) == [
        tmp_path / "api/openapi.yaml",
        tmp_path / "shop",
        BUNDLED[0],
        "https://x.test/a.yaml",
        "unknown",
    ]


def test_what_is_watched_are_the_homes_and_the_documents(write: Write) -> None:
    path = write("a/openapi.yaml")
    inside = write("shop/specs/shop.yaml")
    write("shop/fixtures/shop.yaml", WIDGETS)
    folder = write("own/specs/own.yaml").parent.parent
    words = [path, "shop/specs/shop.yaml", "own", BUNDLED[0], "https://x.test/a.yaml", "nowhere.yaml"]
    assert Selection(words, Path("mine")).watched() == (
        [Path("mine"), Path("shop"), folder],
        [path, inside],
    )
    beside = [Path.cwd() / f"a/fixtures/openapi{ending}" for ending in (".yaml", ".yml", ".json")]
    assert Selection([path]).watched() == ([], [path, *beside])
