"""A browser for the console: Debian's Chromium, driven by Playwright; skipped without either.

`make browser` plays all of it; a run of all tests a first visit alone (`MOCKADE_BROWSER` says which).
"""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from mockade.client.remote import Remote
from mockade.testing import MockServer
from tests.servers import Server
from tests.stores.redis_server import RedisServer, needs_redis

CHROMIUM = os.environ.get("MOCKADE_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
PLAYS = bool(os.environ.get("MOCKADE_BROWSER"))
ABSENT = (
    "no Chromium: apt-get install chromium, or name one in MOCKADE_CHROMIUM"
    if CHROMIUM is None
    else "no Playwright: pip install -e '.[browser]'"
)

try:
    from playwright.sync_api import sync_playwright
except ImportError:
    CHROMIUM = None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser" not in item.path.as_posix():
            continue
        if CHROMIUM is None:
            item.add_marker(pytest.mark.skip(reason=ABSENT))
        elif not PLAYS and "test_first_visit" not in item.path.name:
            item.add_marker(pytest.mark.skip(reason="a play in a browser: make browser"))


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """One for a module, and no longer: while it lives no other event loop runs in this thread."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture
def open_page(browser: Any) -> Iterator[Callable[..., Any]]:
    """Opens pages whose errors fail the test: `open_page(address, width=390)`."""
    opened: list[Any] = []
    wrong: list[str] = []

    def tell(message: Any) -> None:
        if message.type in ("error", "warning") and "status of 4" not in message.text:
            wrong.append(message.text)

    def open_(address: str, *, width: int = 1280, height: int = 800, **options: Any) -> Any:
        context = browser.new_context(viewport={"width": width, "height": height}, **options)
        opened.append(context)
        context.set_default_timeout(5000)
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", tell)
        page.goto(address)
        return page

    yield open_
    for context in opened:
        context.close()
    assert wrong == []


@pytest.fixture(scope="module")
def redis_server() -> Iterator[RedisServer]:
    server = RedisServer()
    yield server
    server.stop()


also_with_workers = pytest.mark.parametrize(
    "server", ["process", pytest.param("workers", marks=needs_redis)], indirect=True
)
"""Has a play go with two workers too, which share their worlds in a store."""


@pytest.fixture
def server(request: pytest.FixtureRequest) -> Iterator[Remote]:
    if getattr(request, "param", "process") == "process":
        with MockServer("meshmap", "rallyhere", seed=7) as mock:
            yield mock
        return
    store = "--store", request.getfixturevalue("redis_server").url, "--store-prefix", secrets.token_hex(4)
    with Server("meshmap", "rallyhere", "--seed", "7", "--workers", "2", *store) as served:
        yield Remote(served.url)
        code, complaint = served.stop()
        assert code == 0, complaint
        assert "Traceback" not in complaint
