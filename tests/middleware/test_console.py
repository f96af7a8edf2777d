"""The console as a browser gets it: at its own path and at the root, guarded, framed by nobody."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.contracts import WIDGETS, contract, crud
from tests.harness import Mock

Serve = Callable[..., Mock]
HTML = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.fixture
def mock(serve: Serve) -> Mock:
    return serve(contract(crud("/widgets")), WIDGETS)


def test_the_page_and_its_files_are_served_and_protected(mock: Mock) -> None:
    for path, media_type in (
        ("/_mockade/", "text/html"),
        ("/_mockade/console/js/main.js", "text/javascript"),
    ):
        answer = mock.get(path)
        assert (answer.status_code, answer.headers["content-type"].partition(";")[0]) == (200, media_type)
        policy = answer.headers["content-security-policy"]
        assert "default-src 'self'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
    assert mock.request("HEAD", "/_mockade/").content == b""
    assert mock.post("/_mockade/").status_code == 405
    assert mock.get("/_mockade/console/../console/__init__.py").status_code == 404


def test_a_browser_that_looks_at_the_root_is_shown_the_console(mock: Mock) -> None:
    for path, to in (("/", "/_mockade/"), ("/@ci/", "/@ci/_mockade/")):
        answer = mock.get(path, headers=HTML)
        assert (answer.status_code, answer.headers["location"]) == (307, to)
    assert len(mock.world.journal) == 0
    assert mock.get("/").status_code == 404
    moved = mock.get("/@ci/_mockade")
    assert (moved.status_code, moved.headers["location"]) == (307, "_mockade/")


def test_an_api_that_has_the_root_keeps_it(serve: Serve) -> None:
    mock = serve(contract({"/": {"get": {"responses": {"200": {"description": ""}}}}}))
    assert mock.get("/", headers=HTML).status_code == 200


def test_a_name_that_somebody_else_owns_is_refused(mock: Mock) -> None:
    assert mock.get("/_mockade/", headers={"host": "evil.example"}).status_code == 403


def test_the_page_itself_asks_for_no_token(make_mock: Callable[..., Mock]) -> None:
    mock = make_mock("meshmap", token="secret")
    assert mock.get("/_mockade/", headers={"host": "mock.example"}).status_code == 200
    assert mock.get("/_mockade/v1/worlds", headers={"host": "mock.example"}).status_code == 401
