"""RallyHere's configuration, as clients read it."""

from __future__ import annotations

import pytest

from tests.harness import Mock


def test_every_session_type_is_answered_under_its_name(mock: Mock) -> None:
    templates = mock.get("/session/v1/template", token="ada").json()["templates"]
    assert {name: template["session_type"] for name, template in templates.items()} == {
        name: name for name in templates
    }
    assert templates["duel"]["players_per_team"] == 1
    assert templates["duel"]["engine_session_type"] == "Game", "documented defaults are filled in"


@pytest.mark.parametrize("path", ["/session/v1/template", "/session/v1/template/casual"])
def test_what_has_not_changed_need_not_be_read_again(mock: Mock, path: str) -> None:
    tag = mock.get(path, token="ada").headers["etag"]
    assert mock.get(path, token="ben", headers={"if-none-match": tag}).status_code == 304


def test_a_type_that_is_not_there_is_not_found_by_the_code_that_entering_it_has(mock: Mock) -> None:
    answer = mock.get("/session/v1/template/chess", token="ada")
    assert (answer.status_code, answer.json()["error_code"]) == (404, "session_type_not_found")


def test_regions_come_page_by_page_in_their_sort_order(mock: Mock) -> None:
    seen, cursor = [], 0
    while True:
        page = mock.get(f"/session/v1/regions?cursor={cursor}&page_size=1", token="ada").json()
        seen += [region["sort_order"] for region in page["regions"]]
        cursor = page["cursor"]
        if not cursor:
            break
    assert len(seen) > 1
    assert seen == sorted(seen)


@pytest.mark.parametrize("query", ["cursor=-1", "cursor=x", "page_size=0", "page_size=51"])
def test_a_page_out_of_bounds_is_a_422(mock: Mock, query: str) -> None:
    assert mock.get(f"/session/v1/regions?{query}", token="ada").status_code == 422
