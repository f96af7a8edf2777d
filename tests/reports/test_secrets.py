"""No format of a report tells a secret, wherever in an exchange it stood.

It is about `reports/collector.py` and all formats at once.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from mockade.catalogue.redaction import Redaction
from mockade.control.exchanges import ExchangeSerializer
from mockade.reports import github
from mockade.reports.collector import Collector
from mockade.reports.curl import curl
from mockade.reports.formats import FORMATS
from mockade.reports.har import written_entry
from mockade.reports.model import Report, facts_of, places_in
from mockade.reports.outputs import rendered
from tests.harness import Mock

SECRET = "hunter2hunter2"
SESSIONS = "/apps/game-sessions"


@pytest.fixture
def report(make_mock: Callable[..., Mock]) -> Report:
    mock = make_mock("meshmap")

    def ask(method: str, path: str, body: Any = None, **headers: str) -> None:
        mock.request(method, path, headers={"x-app-api-key": "meshmap-demo-key", **headers}, json=body)

    ask("GET", f"{SESSIONS}?token={SECRET}&api_key={SECRET}", authorization=f"Bearer {SECRET}")
    ask("GET", SESSIONS, **{"x-app-api-key": SECRET, "cookie": f"session={SECRET}"})
    ask("POST", SESSIONS, {"name": 7, "password": SECRET, "nested": {"secret": SECRET}})
    ask("PATCH", f"{SESSIONS}/session-open/players/player-ada", {"score": "x", "access_token": SECRET})
    ask("GET", f"/nowhere?password={SECRET}", **{"x-auth-token": SECRET})
    for path in (f"/nowhere/tokens/{SECRET}", "/v2/meshmap-demo-key/apps", f"/nowhere;secret={SECRET}"):
        ask("GET", path)
        ask("DELETE", path, authorization=f"Bearer {SECRET}")
    collector = Collector(("notice",), timeline=50)
    for exchange in mock.told:
        collector.add(exchange)
    full = ExchangeSerializer(mock.apis, Redaction.of(mock.apis.values())).full
    return collector.report("exec", full, apis=facts_of(mock.apis), place_of=places_in(mock.apis))


def test_no_format_tells_a_secret(report: Report) -> None:
    assert report.requests == 11
    assert len(report.of("violation")) >= 3
    for format in FORMATS:
        assert SECRET not in rendered(format, report), format
        assert "meshmap-demo-key" not in rendered(format, report), format
    told = "\n".join(github.commands(report)) + "".join(curl(one) for one in report.timeline)
    told += b"".join(written_entry(one) for one in report.timeline).decode()
    assert SECRET not in told
    assert "meshmap-demo-key" not in told
