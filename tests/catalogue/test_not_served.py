"""What a vendor is known to have, and nobody here answers: a 501 that says so, and no breach."""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

from mockade.catalogue.not_served import not_served_findings
from mockade.contract.document import Document
from tests.contracts import WIDGETS, contract, crud
from tests.harness import Mock, bundled

PAGES = Path(__file__).parents[2] / "docs" / "apis"
Serve = Callable[..., Mock]
LISTED = {
    "documented": ["GET /reports/{id}", "/billing/", "DELETE /widgets"],
    "inferred": ["/me"],
}


def judged(mock: Mock, method: str, path: str) -> tuple[int, str, int]:
    """Status, who answered, and how many violations."""
    status = mock.request(method, f"http://localhost{path}").status_code
    return status, mock.last.answered_by, len(mock.last.violations)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/reports/7"),
        ("HEAD", "/reports/7"),
        ("GET", "/billing/"),
        ("PATCH", "/billing/a/b?c"),
        ("DELETE", "/widgets"),
        ("PUT", "/me"),
        ("GET", "/v2/billing/x"),
        ("GET", "/@other/reports/7"),
    ],
)
def test_what_the_vendor_has_is_unanswered_and_no_breach(serve: Serve, method: str, path: str) -> None:
    more: dict[str, Any] = {"x-not-served": LISTED, "servers": [{"url": "/v2"}]}
    mock = serve(contract(crud("/widgets"), **more), WIDGETS)
    assert judged(mock, method, path) == (501, "stub", 0)
    assert mock.last.api == "shop"
    assert "The vendor has" in mock.last.reason


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("POST", "/reports/7", 404),
        ("GET", "/reports", 404),
        ("GET", "/reports//", 404),
        ("GET", "/billing", 404),
        ("GET", "/billings/x", 404),
        ("PUT", "/widgets", 405),
    ],
)
def test_what_is_not_listed_is_a_breach_as_before(serve: Serve, method: str, path: str, status: int) -> None:
    mock = serve(contract(crud("/widgets"), **{"x-not-served": LISTED}), WIDGETS)
    assert judged(mock, method, path) == (status, "engine", 1)


def test_what_is_served_is_answered_though_it_is_listed(serve: Serve) -> None:
    listed = {"documented": ["/widgets", "/widgets/", "GET /widgets"]}
    mock = serve(contract(crud("/widgets"), **{"x-not-served": listed}), WIDGETS)
    assert mock.get("/widgets").status_code == mock.get("/widgets/w1").status_code == 200
    assert judged(mock, "GET", "/widgets/w1/x") == (501, "stub", 0)
    assert judged(mock, "POST", "/widgets/w1") == (405, "engine", 1)


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ([], "says by what it is known from"),
        ({"known": ["/a"]}, "'known' is none of documented, observed, inferred, assumed"),
        ({"documented": "/a"}, "documented is no list of paths"),
        ({"documented": ["get /a"]}, "'get /a' is no path, nor a method and a path"),
        ({"documented": [7]}, "7 is no path"),
        ({"documented": ["/a?b"]}, "'/a?b' is no path"),
    ],
)
def test_what_cannot_be_read_is_told_and_left_out(
    serve: Serve, tmp_path: Path, said: Any, message: str
) -> None:
    text = contract(crud("/widgets"), **{"x-not-served": said})
    file = tmp_path / "it.yaml"
    file.write_text(text, encoding="utf-8")
    (finding,) = not_served_findings(Document(file))
    assert message in finding.message
    assert finding.severity == "warning"
    mock = serve(text, WIDGETS)
    assert mock.get("/nothing").status_code == 404


def test_the_vendors_lists_are_in_order_and_name_nothing_that_is_served() -> None:
    with Mock() as mock:
        for api in bundled(()).values():
            document = api.contract.document
            assert list(not_served_findings(document)) == []
            listed = list(chain.from_iterable(document.root.value.get("x-not-served", {}).values()))
            for entry in listed:
                method, _, path = entry.rpartition(" ")
                answer = judged(mock, method or "GET", path.replace("{", "").replace("}", ""))
                assert answer == (501, "stub", 0), entry
            page = (PAGES / f"{api.stem}.md").read_text(encoding="utf-8")
            section = page.partition("## What the vendor has and Mockade has not\n")[2]
            told = f"{len(listed)} operations of the same" in section or all(one in section for one in listed)
            assert told, api.stem
