"""Ten thousand exchanges, two hundred a second: the page goes on to answer, and the server to serve."""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Callable
from http.client import HTTPConnection
from typing import Any, Self

from tests.servers import Server

EXCHANGES = int(os.environ.get("MOCKADE_EXCHANGES") or 10_000)
RATE = 200.0
LONGEST = 100.0
"""Milliseconds of processor time of a task in the page: what else runs on this machine does not count."""


class Traced:
    """What a page's main thread is busy with meanwhile: `with Traced(browser, page) as traced:`."""

    longest = 0.0
    """Milliseconds of processor time."""

    def __init__(self, browser: Any, page: Any) -> None:
        self._browser, self._page = browser, page

    def __enter__(self) -> Self:
        self._browser.start_tracing(page=self._page, categories=["toplevel", "__metadata"])
        return self

    def __exit__(self, *_: object) -> None:
        events = json.loads(self._browser.stop_tracing())["traceEvents"]
        named = [one for one in events if one["name"] == "thread_name"]
        mains = {(one["pid"], one["tid"]) for one in named if one["args"]["name"] == "CrRendererMain"}
        tasks = [one["tdur"] for one in events if "tdur" in one and (one["pid"], one["tid"]) in mains]
        assert len(tasks) > 10
        self.longest = max(tasks) / 1000


def load(port: int, took: list[float]) -> None:
    """Send requests at the rate, whether or not the server keeps up, and note how long that takes."""
    connection = HTTPConnection("127.0.0.1", port)
    began = time.perf_counter()
    for number in range(EXCHANGES):
        time.sleep(max(0.0, began + number / RATE - time.perf_counter()))
        path = "/apps/game-sessions/session-open" if number % 10 else f"/nowhere/{number}"
        connection.request("GET", path, headers={"x-app-api-key": "meshmap-demo-key"})
        connection.getresponse().read()
    took.append(time.perf_counter() - began)
    connection.close()


def test_a_page_that_follows_a_busy_server_stays_quick_and_costs_it_little(
    browser: Any, open_page: Callable[..., Any]
) -> None:
    """The rate is held against that of a server that nobody watches, asked alike at the same time."""
    last = (EXCHANGES - 1) // 10 * 10
    took: list[float] = []
    took_alone: list[float] = []
    with Server("meshmap", deaf=True) as server, Server("meshmap", deaf=True) as alone:
        page = open_page(f"{server.url}/_mockade/")
        page.get_by_text("No request yet.").wait_for()
        loading = [
            threading.Thread(target=load, args=(server.port, took)),
            threading.Thread(target=load, args=(alone.port, took_alone)),
        ]
        with Traced(browser, page) as while_it_came:
            for one in loading:
                one.start()
            while loading[0].is_alive():
                page.mouse.wheel(0, 400)
                page.keyboard.press("j")
                page.wait_for_timeout(500)
            loading[1].join()
            page.get_by_label("Search").fill(f"/nowhere/{last}")
            page.get_by_role("option", name=f"GET /nowhere/{last}, 404").wait_for()
        page.goto("about:blank")
        with Traced(browser, page) as all_at_once:
            page.goto(f"{server.url}/_mockade/#/default/timeline?violations=yes")
            page.get_by_role("button", name=f"Violations {EXCHANGES // 10}").wait_for()
        page.close()
    rate, rate_alone = EXCHANGES / took[0], EXCHANGES / took_alone[0]
    tasks = f"longest tasks of {while_it_came.longest:.0f}, {all_at_once.longest:.0f} ms"
    print(f"{rate:.1f} a second watched, {rate_alone:.1f} alone ({rate / rate_alone:.3f}); {tasks}")
    assert rate >= 0.95 * rate_alone
    assert max(while_it_came.longest, all_at_once.longest) < LONGEST
