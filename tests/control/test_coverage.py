"""Coverage over HTTP: of a world, of all together, and what no traffic is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.harness import Mock

V1 = "/_mockade/v1"


def coverage(mock: Mock, query: str = "", world: str = "default") -> dict[str, Any]:
    answer = mock.get(f"{V1}/worlds/{world}/coverage?{query}")
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


def seen(document: dict[str, Any]) -> list[str]:
    return [one["operation"] for one in document["apis"][0]["operations"] if one["state"] == "seen"]


def test_a_world_tells_what_was_tried_in_it_with_the_lines_of_the_contract(mock: Mock) -> None:
    mock.get("/widgets/w1")
    mock.get("/widgets/none")
    told = coverage(mock)
    (api,) = told["apis"]
    (one,) = [one for one in api["operations"] if one["operation"] == "get_widgets_id"]
    assert (told["version"], told["requests"], one["state"], one["count"]) == (1, 2, "seen", 2)
    (status,) = [item for item in one["items"] if item["kind"] == "statuses"]
    assert (status["name"], status["state"], status["count"]) == ("200", "seen", 1)
    file, line, _ = status["line"].split(":")
    assert file.endswith("specs/shop.yaml")
    assert "200:" in Path(file).resolve().read_text().splitlines()[int(line) - 1]
    names = {item["name"]: item["state"] for item in one["items"] if item["kind"] == "properties"}
    assert names == {"id": "seen", "name": "seen", "size": "never"}
    assert told["totals"]["operations"] == {"seen": 1, "refused": 0, "never": 5}


def test_all_worlds_together_are_told_with_those_that_are_gone(mock: Mock) -> None:
    mock.get("/@a/widgets")
    mock.post("/@b/widgets", json={"name": "New"})
    assert seen(coverage(mock, world="a")) == ["get_widgets"]
    assert mock.delete(f"{V1}/worlds/a").status_code == 204
    assert seen(coverage(mock)) == []
    assert seen(coverage(mock, "merged=true")) == ["get_widgets", "post_widgets"]
    assert seen(coverage(mock, world="a")) == [], "a world that is made again begins anew"


@pytest.mark.parametrize("path", ["/reset", "/journal/1/rewind"])
def test_what_was_seen_stays_seen_when_a_world_goes_back(mock: Mock, path: str) -> None:
    mock.get("/widgets")
    assert mock.post(f"{V1}{path}").status_code == 200
    assert seen(coverage(mock)) == ["get_widgets"]


def test_calls_of_the_control_api_pages_and_unknown_paths_are_not_counted(mock: Mock) -> None:
    mock.get(f"{V1}/state")
    mock.get("/_mockade/docs/")
    mock.get("/nowhere")
    mock.put(f"{V1}/state/shop/widgets/w9", json={"id": "w9", "name": "Nine"})
    mock.post(f"{V1}/clock/advance", json={"by": "1h"})
    assert (coverage(mock)["requests"], seen(coverage(mock))) == (0, [])


def test_only_what_is_missing_or_no_item_is_told_on_request(mock: Mock) -> None:
    mock.get("/widgets/w1")
    everything, missing, none = (coverage(mock, f"items={detail}") for detail in ("all", "missing", "none"))
    assert everything["totals"] == missing["totals"] == none["totals"]
    states = {item["state"] for one in missing["apis"][0]["operations"] for item in one["items"]}
    assert states == {"never"}
    assert all("items" not in one for one in none["apis"][0]["operations"])


def test_an_api_that_is_not_served_is_named_with_the_nearest(mock: Mock) -> None:
    answer = mock.get(f"{V1}/coverage?api=shp")
    assert (answer.status_code, "Did you mean 'shop'" in answer.json()["detail"]) == (404, True)
    assert [one["api"] for one in coverage(mock, "api=shop")["apis"]] == ["shop"]


def test_what_was_seen_of_what_a_reload_keeps_stays(mock: Mock) -> None:
    mock.get("/widgets/w1")
    before = coverage(mock)["apis"][0]["operations"]
    mock.world.coverage.contracts_changed()
    assert coverage(mock)["apis"][0]["operations"] == before
    mock.get("/widgets/w1")
    assert [one["count"] for one in coverage(mock)["apis"][0]["operations"]].count(2) == 1
