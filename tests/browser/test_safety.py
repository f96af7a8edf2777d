"""What contracts and traffic say is text, whatever it says; and nobody is asked but the server itself."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

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
        page.close()  # it would look for the server that ends


NAMES = ("constructor", "__proto__", "toString", "things")
KEYS = (
    "__proto__",
    "constructor",
    "a/b",
    "%2e",
    "\U0001f600",
    "\u202ertl",
    "x" * 2000,
    "line\nbreak",
    "null",
    "a?b#c&d",
)
"""What a browser, or JavaScript, would make something else of."""

ODD = {
    "type": "object",
    "required": ["id"],
    "properties": {
        "id": {"type": "string"},
        "n": {"type": "integer"},
        "__proto__": {"type": "string", "description": EVIL},
        "constructor": {"type": "object"},
        "text": {"type": "string", "description": EVIL * 100},
    },
}
LONG_NUMBER = 12345678901234567890


def test_names_and_keys_of_any_kind_are_shown_and_edited_and_nothing_is_lost(
    tmp_path: Path, open_page: Callable[..., Any]
) -> None:
    spec = tmp_path / "odd.yaml"
    paths = {path: item for name in NAMES for path, item in crud(f"/{name}", ODD).items()}
    for name in (".", ".."):
        answers = {"200": {"description": EVIL}}
        paths[f"/{len(name)}"] = {
            "get": {"operationId": name, "summary": "x" * 100_000, "responses": answers}
        }
    spec.write_text(contract(paths), encoding="utf-8")
    with MockServer(spec) as server:
        url = server.url
        for name in NAMES:
            for key in KEYS:
                row = {
                    "id": key,
                    "n": LONG_NUMBER,
                    "__proto__": "own",
                    "constructor": {"a": 1},
                    "text": "a\nb",
                }
                assert httpx.post(f"{url}/{name}", json=row, verify=NO_TLS).status_code == 201
        binary = {"content-type": "application/octet-stream"}
        httpx.post(f"{url}/things", content=b"\xff\x00" * 50, headers=binary, verify=NO_TLS)
        httpx.get(f"{url}/1", verify=NO_TLS)
        page = open_page(f"{url}/_mockade/")
        last = server.look()["exchanges"]
        for where in (
            *(f"timeline/{number}" for number in (1, last - 1, last)),
            *(f"state/odd/{name}" for name in NAMES),
            *(f"state/odd/things/{quote(key, safe='')}" for key in KEYS),
            *(
                "contract/odd/..",
                "contract/odd/.",
                "state/odd/..",
                "timeline?text=%25&status=9xx&caller=%E2%80%AE",
            ),
        ):
            page.goto(f"{url}/_mockade/#/default/{where}")
            page.wait_for_timeout(200)
            assert "cannot be shown" not in page.inner_text("main"), where
            assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, where
        page.goto(f"{url}/_mockade/#/default/state/odd/things/a%2Fb")
        page.get_by_label("text").first.fill("c\nd")
        page.get_by_role("button", name="Save").click()
        page.get_by_text("a/b is saved.").wait_for()
        row = httpx.get(f"{url}/things/a%2Fb", verify=NO_TLS).json()
        assert row == {
            "id": "a/b",
            "n": LONG_NUMBER,
            "__proto__": "own",
            "constructor": {"a": 1},
            "text": "c\nd",
        }
        assert page.evaluate("window.hurt") is None
        page.close()  # it would look for the server that ends


def test_no_page_shows_it_in_a_frame(server: MockServer, open_page: Callable[..., Any]) -> None:
    page = open_page("about:blank")
    page.set_content(f'<iframe src="{server.url}/_mockade/"></iframe>')
    page.wait_for_timeout(500)
    assert all(frame.locator("#app").count() == 0 for frame in page.frames)
