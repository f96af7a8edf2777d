"""What contracts and traffic say is text, whatever it says; and nobody is asked but the server itself."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

from mockade.testing import MockServer
from tests.contracts import contract, crud
from tests.servers import NO_TLS

EVIL = '<script>window.hurt=1</script><img src=x onerror="window.hurt=1">'
SCHEMA = {
    "type": "object",
    "required": ["id"],
    "description": EVIL,
    "properties": {"id": {"type": "string", "description": EVIL}, EVIL: {"type": "string", "title": EVIL}},
}
ESCAPES = "\x1b[31mred\x1b]0;title\x07 \u202egnp.exe\u2066 \x00 end"


def test_nothing_that_is_shown_is_run_or_asked_for_elsewhere(
    tmp_path: Path, open_page: Callable[..., Any]
) -> None:
    spec = tmp_path / "evil.yaml"
    paths = crud("/widgets")
    paths["/widgets"]["get"] |= {"summary": EVIL, "description": EVIL}
    info = {"title": EVIL, "version": "1", "description": EVIL}
    spec.write_text(contract(paths, {"Widget": SCHEMA}, info=info), encoding="utf-8")
    with MockServer(spec) as server:
        url = server.url
        httpx.post(f"{url}/widgets", json={"id": EVIL, EVIL: EVIL}, headers={"x-evil": EVIL}, verify=NO_TLS)
        httpx.post(f"{url}/widgets?q=%3Cscript%3E", json={"id": ESCAPES, "n": 7}, verify=NO_TLS)
        httpx.get(f"{url}/<img src=x onerror=window.hurt=1>", verify=NO_TLS)
        httpx.post(f"{url}/widgets", content=ESCAPES, verify=NO_TLS)
        page = open_page(f"{url}/_mockade/")
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        seen = ""
        for where in (
            *(
                "timeline",
                "timeline/1",
                "timeline/2",
                "timeline/3",
                "timeline/4",
                "worlds",
                "time",
                "players",
            ),
            *("faults", "contract", "contract/evil/get_widgets", "state/evil/widgets"),
        ):
            page.goto(f"{url}/_mockade/#/default/{where}")
            page.wait_for_timeout(250)
            seen += page.inner_text("body")
        page.locator("td .link").first.click()
        page.get_by_role("dialog").wait_for()
        assert page.evaluate("window.hurt") is None
        assert "<script>window.hurt=1</script>" in seen
        assert "\u241b[31mred" in seen
        assert "\\u202egnp.exe" in seen
        assert not set(seen) & {"\x1b", "\x07", "\x00", "\u202e", "\u2066"}
        assert {one for one in asked if not one.startswith(url)} == set()


def test_no_page_shows_it_in_a_frame(server: MockServer, open_page: Callable[..., Any]) -> None:
    page = open_page("about:blank")
    page.set_content(f'<iframe src="{server.url}/_mockade/"></iframe>')
    page.wait_for_timeout(500)
    assert all(frame.locator("#app").count() == 0 for frame in page.frames)
