"""Worlds over HTTP: chosen by header or prefix, forked, reset and rewound, by `control/call.py`'s calls.

Holds `control/__init__.py` and `control/status.py` too.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.harness import Mock

Serve = Callable[..., Mock]
V1 = "/_mockade/v1"
PROBLEM = "application/problem+json"


def names(mock: Mock) -> list[str]:
    return [world["name"] for world in mock.get(f"{V1}/worlds").json()["worlds"]]


def ids(mock: Mock, prefix: str = "", **options: object) -> list[str]:
    return [row["id"] for row in mock.get(f"{prefix}/widgets", **options).json()]


def test_a_header_or_a_prefix_chooses_a_world_that_is_made_on_first_use(mock: Mock) -> None:
    mock.delete("/widgets/w1", headers={"x-mockade-world": "a"})
    mock.delete("/@b/widgets/w2")
    assert ids(mock) == ["w1", "w2"]
    assert ids(mock, headers={"x-mockade-world": "a"}) == ids(mock, "/@a") == ids(mock, "/%40a") == ["w2"]
    assert ids(mock, "/@b") == ["w1"]
    assert names(mock) == ["default", "a", "b"]


def test_the_header_goes_before_the_prefix(mock: Mock) -> None:
    mock.delete("/@b/widgets/w1", headers={"x-mockade-world": "a"})
    assert ids(mock, "/@a") == ["w2"]
    assert ids(mock, "/@b") == ["w1", "w2"]


def test_generated_links_keep_the_prefix(mock: Mock) -> None:
    made = mock.post("/@a/widgets", json={"name": "Three"})
    assert made.headers.get("location", "http://localhost/@a/widgets/").startswith(
        "http://localhost/@a/widgets/"
    )


@pytest.mark.parametrize("name", ["", "A", "-a", "a b", "x" * 65, "ä", "a/../b", "\x00"])
def test_a_name_that_no_world_can_have_is_a_clear_400(mock: Mock, name: str) -> None:
    answer = mock.get("/widgets", headers={"x-mockade-world": name.encode()})
    assert (answer.status_code, answer.headers["content-type"]) == (400, PROBLEM)
    assert "is no name for a world" in answer.json()["detail"]
    assert names(mock) == ["default"]


def test_a_world_can_have_a_seed_of_its_own(mock: Mock) -> None:
    for name, seed in (("one", 7), ("other", 7), ("third", 8)):
        assert mock.post(f"{V1}/worlds", json={"name": name, "seed": seed}).status_code == 201
    made = [
        mock.post(f"/@{name}/widgets", json={"name": "x"}).json()["id"] for name in ("one", "other", "third")
    ]
    assert made[0] == made[1] != made[2]
    assert mock.post(f"{V1}/worlds", json={"name": "one"}).status_code == 409


def test_a_deleted_world_begins_again_and_default_stays(mock: Mock) -> None:
    mock.delete("/@a/widgets/w1")
    assert mock.delete(f"{V1}/worlds/a").status_code == 204
    assert mock.delete(f"{V1}/worlds/a").status_code == 404
    assert ids(mock, "/@a") == ["w1", "w2"]
    assert mock.delete(f"{V1}/worlds/default").status_code == 409


def test_a_reset_brings_the_start_back_and_the_journal_notes_it(mock: Mock) -> None:
    mock.delete("/widgets/w1")
    mock.put(f"{V1}/clock", json={"mode": "frozen", "now": "2030-01-01T00:00:00Z"})
    assert mock.post(f"{V1}/worlds/default/reset").json()["rows"] == 2
    assert ids(mock) == ["w1", "w2"]
    assert mock.get(f"{V1}/clock").json()["mode"] == "real"
    entries = mock.get(f"{V1}/journal").json()["exchanges"]
    assert [(one["id"], one["answered_by"], one["operation"]) for one in entries] == [
        (1, "shape", "delete_widgets_id"),
        (2, "control", "setClock"),
        (3, "control", "resetWorld"),
        (4, "shape", "get_widgets"),
    ]


def test_a_fork_has_all_of_its_origin_and_shares_nothing(mock: Mock) -> None:
    mock.delete("/widgets/w1")
    assert mock.post(f"{V1}/fork", json={"name": "copy"}).status_code == 201
    mock.delete("/@copy/widgets/w2")
    assert (ids(mock), ids(mock, "/@copy")) == (["w2"], [])
    mock.post("/@copy/_mockade/v1/reset")
    assert ids(mock, "/@copy") == ["w2"], "a fork's start is what it was forked from"
    assert mock.post(f"{V1}/fork", json={"name": "copy"}).status_code == 409
    assert mock.post(f"{V1}/fork", json={"name": "default"}).status_code == 409


def test_a_fork_can_begin_at_any_point_of_the_journal(mock: Mock) -> None:
    gone = [mock.delete(f"/widgets/{key}").headers["x-mockade-exchange"] for key in ("w1", "w2")]
    mock.post(f"{V1}/fork", json={"name": "between", "at": int(gone[1])})
    mock.post(f"{V1}/fork", json={"name": "before", "at": int(gone[0])})
    assert (ids(mock), ids(mock, "/@between"), ids(mock, "/@before")) == ([], ["w2"], ["w1", "w2"])
    missing = mock.post(f"{V1}/fork", json={"name": "never", "at": 99})
    assert missing.status_code == 404
    assert "It holds 1 to 3" in missing.json()["detail"]


def test_a_rewind_goes_to_just_before_an_entry_and_is_one_itself(mock: Mock) -> None:
    mock.delete("/widgets/w1")
    number = mock.delete("/widgets/w2").headers["x-mockade-exchange"]
    assert mock.post(f"{V1}/journal/{number}/rewind").status_code == 200
    assert ids(mock) == ["w2"]
    entries = mock.get(f"{V1}/journal").json()["exchanges"]
    assert [one["operation"] for one in entries][2] == "rewindWorld"
    undone = mock.post(f"{V1}/journal/3/rewind")
    assert undone.status_code == 200
    assert ids(mock) == [], "the rewind is undone by going back before it"
    assert mock.post(f"{V1}/journal/77/rewind").status_code == 404
    assert mock.post(f"{V1}/journal/0/rewind").status_code == 400
    assert mock.post(f"{V1}/journal/x/rewind").status_code == 400


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "worlds", {}),
        ("POST", "worlds", {"name": "UP"}),
        ("POST", "worlds", {"name": "a", "seed": "x"}),
        ("POST", "worlds", {"name": "a", "more": 1}),
        ("GET", "worlds/UP", None),
        ("DELETE", "worlds/UP", None),
        ("POST", "worlds/UP/reset", None),
        ("POST", "fork", {}),
        ("POST", "fork", {"name": 3}),
        ("POST", "fork", {"name": "x", "at": 0}),
        ("POST", "fork", {"name": "x", "at": 1, "snapshot": "s"}),
        ("POST", "fork", []),
    ],
)
def test_bad_input_is_a_problem_with_its_place_and_changes_nothing(
    mock: Mock, method: str, path: str, body: object
) -> None:
    options = {} if body is None else {"json": body}
    answer = mock.request(method, f"{V1}/{path}", **options)
    assert (answer.status_code, answer.headers["content-type"]) == (400, PROBLEM)
    (violation, *_) = answer.json()["violations"]
    assert violation["contract"].startswith(("src/mockade/control/control.yaml:", "/"))
    assert names(mock) == ["default"]
    assert len(mock.world.journal) == 0


def test_what_the_control_api_lacks_is_a_404_that_names_the_nearest(mock: Mock) -> None:
    answer = mock.post(f"{V1}/worlds/default/resett")
    assert (answer.status_code, answer.headers["content-type"]) == (404, PROBLEM)
    assert "POST /_mockade/v1/worlds/{world}/reset" in answer.json()["detail"]


def test_a_request_that_chose_no_possible_world_leaves_a_journal_that_can_be_read(mock: Mock) -> None:
    mock.get("/@Bad/widgets")
    (entry,) = mock.get(f"{V1}/journal").json()["exchanges"]
    assert (entry["answered_by"], entry["response"]["status"]) == ("engine", 400)


def test_a_misspelt_parameter_of_the_control_api_is_refused(mock: Mock) -> None:
    answer = mock.get(f"{V1}/journal?callr=x")
    assert answer.status_code == 400
    assert "Did you mean 'caller'?" in answer.json()["detail"]
