"""What a web page of another site can do to a mock: see `middleware/guard.py` and `middleware/world.py`."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.contracts import WIDGETS, contract, crud
from tests.harness import Mock

Serve = Callable[..., Mock]
FOREIGN = [
    {"origin": "https://evil.example", "sec-fetch-site": "cross-site"},
    {"origin": "https://evil.example"},
    {"sec-fetch-site": "cross-site"},
    {"origin": "null", "sec-fetch-site": "cross-site"},
    {"origin": "http://localhost.evil.example"},
    {"origin": "http://[broken"},
]
OWN = [
    {},
    {"origin": "http://localhost"},
    {"origin": "http://localhost:3000", "sec-fetch-site": "same-site"},
    {"origin": "http://127.0.0.1:3000", "sec-fetch-site": "cross-site"},
    {"origin": "http://[::1]:3000"},
    {"sec-fetch-site": "same-origin"},
    {"sec-fetch-site": "none"},
]


@pytest.mark.parametrize("headers", FOREIGN)
@pytest.mark.parametrize("way", ["header", "path"])
def test_a_page_of_another_site_makes_no_world(serve: Serve, headers: dict[str, str], way: str) -> None:
    mock = serve(contract(crud("/widgets")), WIDGETS)
    path, more = ("/@w1/widgets", {}) if way == "path" else ("/widgets", {"x-mockade-world": "w1"})
    answer = mock.get(path, headers={**headers, **more})
    assert answer.status_code == 403
    assert "no world 'w1'" in answer.text
    assert [world.name for world in mock.worlds] == ["default"]


@pytest.mark.parametrize("headers", FOREIGN)
def test_a_page_of_another_site_may_ask_a_world_that_is_there(serve: Serve, headers: dict[str, str]) -> None:
    mock = serve(contract(crud("/widgets")), WIDGETS)
    mock.worlds.get_or_create("w1")
    assert mock.get("/@w1/widgets", headers=headers).status_code == 200


@pytest.mark.parametrize("headers", OWN)
def test_a_page_of_this_machine_makes_worlds(serve: Serve, headers: dict[str, str]) -> None:
    mock = serve(contract(crud("/widgets")), WIDGETS)
    assert mock.get("/@w1/widgets", headers=headers).status_code == 200
    assert mock.worlds.find("w1") is not None


@pytest.mark.parametrize("allowed", ["https://game.example", "*"])
def test_a_page_of_an_origin_that_cors_allows_makes_worlds(serve: Serve, allowed: str) -> None:
    mock = serve(contract(crud("/widgets")), WIDGETS, cors=(allowed,))
    headers = {"origin": "https://game.example", "sec-fetch-site": "cross-site"}
    assert mock.get("/@w1/widgets", headers=headers).status_code == 200


def test_hundreds_of_such_requests_fill_no_worlds(serve: Serve) -> None:
    mock = serve(contract(crud("/widgets")), WIDGETS, worlds=50)
    for number in range(400):
        mock.get(f"/@evil-{number}/widgets", headers=FOREIGN[2])
    assert mock.get("/@mine/widgets").status_code == 200
