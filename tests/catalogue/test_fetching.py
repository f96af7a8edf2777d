"""A contract behind an address: fetched once, within bounds, and of one origin alone."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from mockade.catalogue import fetching
from mockade.catalogue.fetching import fetch, is_url, shown_url
from mockade.errors import SetupError

DOCUMENT = "openapi: 3.0.3\npaths: {}\n"
Answer = Callable[[httpx.Request], httpx.Response]


def client(answer: Answer) -> httpx.Client:
    return httpx.Client(transport=httpx.MockTransport(answer))


def serving(**files: str) -> Answer:
    """Answers the paths of `files` (`__` for a slash, `_dot_` for a dot) with their texts."""
    known = {"/" + name.replace("__", "/").replace("_dot_", "."): text for name, text in files.items()}

    def answer(request: httpx.Request) -> httpx.Response:
        text = known.get(request.url.path)
        return httpx.Response(404) if text is None else httpx.Response(200, text=text)

    return answer


@pytest.mark.parametrize(
    ("word", "is_one"),
    [("http://x", True), ("HTTPS://x/y.yaml", True), ("shop.yaml", False), ("file:///etc/passwd", False)],
)
def test_an_address_begins_with_http(word: str, is_one: bool) -> None:
    assert is_url(word) is is_one


def test_what_may_be_secret_in_an_address_is_not_shown() -> None:
    assert shown_url("https://me:pw@x.test:8443/a/b.yaml?token=t#f") == "https://x.test:8443/a/b.yaml"


def test_a_document_and_what_it_refers_to_are_fetched_into_a_folder(tmp_path: Path) -> None:
    main = 'openapi: 3.0.3\npaths: {}\ncomponents: {schemas: {A: {$ref: "../parts/a.yaml#/A"}}}\n'
    answer = serving(
        v1__shop_dot_yaml=main, parts__a_dot_yaml="A: {$ref: 'b.json'}\n", parts__b_dot_json="{}"
    )
    found = fetch("https://x.test/v1/shop.yaml", tmp_path, client=client(answer))
    assert (found.stem, found.url) == ("shop", "https://x.test/v1/shop.yaml")
    assert found.path == tmp_path / "v1" / "shop.yaml"
    assert (tmp_path / "parts" / "a.yaml").is_file()
    assert (tmp_path / "parts" / "b.json").read_text() == "{}"


@pytest.mark.parametrize(
    ("path", "text", "name"),
    [("/v3/api-docs", "{}", "api-docs.json"), ("/spec", "a: 1", "spec.yaml"), ("/", "a: 1", "openapi.yaml")],
)
def test_a_document_without_an_ending_gets_the_one_that_its_text_has(
    tmp_path: Path, path: str, text: str, name: str
) -> None:
    found = fetch(f"http://x.test{path}", tmp_path, client=client(lambda _: httpx.Response(200, text=text)))
    assert found.path.name == name


def test_no_path_leads_out_of_the_folder(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    answer = client(lambda _: httpx.Response(200, text=DOCUMENT))
    found = fetch("http://x.test/%2e%2e/%2e%2e/etc/../../passwd", folder, client=answer)
    assert folder in found.path.resolve().parents


def test_another_origin_is_never_asked(tmp_path: Path) -> None:
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url))
        refs = "{A: {$ref: 'http://evil.test/a.yaml'}, B: {$ref: 'https://x.test:8443/b.yaml'}}"
        return httpx.Response(200, text=f"openapi: 3.0.3\ncomponents: {{schemas: {refs}}}\n")

    fetch("https://x.test/shop.yaml", tmp_path, client=client(answer))
    assert asked == ["https://x.test/shop.yaml"]


@pytest.mark.parametrize(
    ("start", "to", "followed"),
    [
        ("https://x.test/a", "/b", True),
        ("http://x.test/a", "https://x.test/b", True),
        ("https://x.test/a", "http://x.test/b", False),
        ("https://x.test/a", "https://y.test/b", False),
        ("http://x.test/a", "http://127.0.0.1:22/b", False),
        ("https://x.test/a", "file:///etc/passwd", False),
    ],
)
def test_a_redirect_is_followed_within_the_origin(
    tmp_path: Path, start: str, to: str, followed: bool
) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/a":
            return httpx.Response(302, headers={"location": to})
        return httpx.Response(200, text=DOCUMENT)

    if followed:
        assert fetch(start, tmp_path, client=client(answer)).path.name == "b.yaml"
        return
    with pytest.raises(SetupError, match="redirects to another server"):
        fetch(start, tmp_path, client=client(answer))


def test_redirects_end(tmp_path: Path) -> None:
    loop = client(lambda _: httpx.Response(302, headers={"location": "/again"}))
    with pytest.raises(SetupError, match="redirects more than"):
        fetch("http://x.test/a", tmp_path, client=loop)


def test_what_is_larger_than_the_bound_is_refused_by_its_decompressed_size(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "MAX_BYTES", 2**20)
    bomb = gzip.compress(b" " * 2**23)
    answer = client(lambda _: httpx.Response(200, content=bomb, headers={"content-encoding": "gzip"}))
    with pytest.raises(SetupError, match="larger than 1 MiB, decompressed"):
        fetch("http://x.test/a", tmp_path, client=answer)


def test_what_never_ends_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "MAX_SECONDS", -1.0)
    answer = client(lambda _: httpx.Response(200, text=DOCUMENT))
    with pytest.raises(SetupError, match="has not ended within"):
        fetch("http://x.test/a", tmp_path, client=answer)


def test_more_files_than_the_bound_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "MAX_FILES", 3)
    refs = ", ".join(f"A{n}: {{$ref: 'f{n}.yaml'}}" for n in range(9))
    answer = client(lambda _: httpx.Response(200, text=f"components: {{schemas: {{{refs}}}}}"))
    with pytest.raises(SetupError, match="more than 3 files"):
        fetch("http://x.test/a", tmp_path, client=answer)


def test_what_is_wrong_is_told_without_userinfo_and_query(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="answers 404 Not Found") as caught:
        fetch("http://me:hush@x.test/a?token=hush", tmp_path, client=client(lambda _: httpx.Response(404)))
    assert "hush" not in str(caught.value)


def test_a_server_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("[Errno 111] Connection refused", request=request)

    with pytest.raises(SetupError, match=r"cannot be read: Connection refused\. Is its server running"):
        fetch("http://x.test/a", tmp_path, client=client(answer))


def test_what_is_no_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="not UTF-8"):
        fetch("http://x.test/a", tmp_path, client=client(lambda _: httpx.Response(200, content=b"\xff\xfe")))
