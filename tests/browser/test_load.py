"""Ten thousand exchanges, two hundred a second: the page goes on to answer, and the server to serve."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from http.client import HTTPConnection
from typing import Any

from tests.servers import Server

EXCHANGES = int(os.environ.get("MOCKADE_EXCHANGES") or 10_000)
RATE = 200.0
LONGEST = 100.0
"""Milliseconds of a task in the page, where there is a core for each who works: no key waits longer."""

WATCH = """
window.longest = 0;
new PerformanceObserver((found) => {
  for (const task of found.getEntries()) window.longest = Math.max(window.longest, task.duration);
}).observe({ type: "longtask", buffered: true });
"""


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
    open_page: Callable[..., Any],
) -> None:
    with Server("meshmap", deaf=True) as server:
        page = open_page(f"{server.url}/_mockade/")
        page.get_by_text("No request yet.").wait_for()
        page.evaluate(WATCH)
        took: list[float] = []
        loading = threading.Thread(target=load, args=(server.port, took))
        loading.start()
        while loading.is_alive():
            page.mouse.wheel(0, 400)
            page.keyboard.press("j")
            page.wait_for_timeout(500)
        page.get_by_label("Search").fill(f"/nowhere/{(EXCHANGES - 1) // 10 * 10}")
        page.get_by_role("option", name=f"GET /nowhere/{(EXCHANGES - 1) // 10 * 10}, 404").wait_for()
        while_it_came = page.evaluate("window.longest")
        page.goto("about:blank")
        page.add_init_script(WATCH)
        page.goto(f"{server.url}/_mockade/#/default/timeline?violations=yes")
        page.get_by_role("button", name=f"Violations {EXCHANGES // 10}").wait_for()
        at_once = page.evaluate("window.longest")
        page.close()
    rate = EXCHANGES / took[0]
    print(f"{rate:.1f} requests a second; the longest task took {while_it_came:.0f} and {at_once:.0f} ms")
    assert rate >= 0.95 * RATE
    others = max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))
    assert max(while_it_came, at_once) < LONGEST * others
