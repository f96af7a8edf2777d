"""Who opens the console sees what to do, and then what a client asks: the one play in all tests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx

from mockade.testing import MockServer
from tests.servers import NO_TLS


def test_a_first_visit_says_what_to_do_and_then_shows_what_comes(
    server: MockServer, open_page: Callable[..., Any]
) -> None:
    page = open_page(server.url)
    page.get_by_text("No request yet.").wait_for()
    assert page.url.startswith(f"{server.url}/_mockade/")
    assert server.url in page.locator(".empty").inner_text()
    httpx.get(f"{server.url}/nowhere", verify=NO_TLS)
    page.get_by_role("option", name="GET /nowhere, 404").wait_for()
    assert page.title() == "Timeline · default · Mockade"
