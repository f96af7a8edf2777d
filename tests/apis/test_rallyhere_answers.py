"""Every answer of RallyHere's operations fits the vendor's newest published schemas."""

from __future__ import annotations

import pytest

from tests.apis.rallyhere import DOV, SESSION, enter, join
from tests.apis.rallyhere_answers import assert_published
from tests.apis.test_rallyhere_bad_input import OPERATIONS, sent
from tests.harness import Mock


@pytest.mark.parametrize("who", ["admin", "ben", "outsider"])
@pytest.mark.parametrize("name", OPERATIONS)
def test_the_answer_to_an_example_is_as_published(mock: Mock, name: str, who: str) -> None:
    enter(mock, "ada", "casual-1")
    enter(mock, "dov", "casual-1", 1)
    assert_published(name, sent(mock, OPERATIONS[name], who))


def test_a_session_with_everything_in_it_is_as_published(mock: Mock) -> None:
    enter(mock, "dov", "casual-1", 1, custom_data={"banner": "copper"})
    mock.post(f"{SESSION}/casual-1/browser", token="ben", json={"custom_data": {"map": "Quay"}})
    mock.post(f"{SESSION}/casual-1:generate-short-code", token="ben")
    mock.patch(f"{SESSION}/casual-1/player/{DOV}/permission/kick", token="ben")
    mock.patch(f"{SESSION}/casual-1", token="ben", json={"joinability": {"friends": True}, "password": "x"})
    platform = "/session/v1/platform/Steam/platform-session/bG9iYnk="
    mock.post(f"{platform}/session/casual-1", token="ben")
    answer = mock.get(f"{SESSION}/casual-1", token="ben")
    assert answer.json().keys() >= {"browser", "short_code", "joinability", "platform_scouts"}
    assert_published("get_session_by_id", answer)
    entered = mock.post(f"{platform}/player/me", token="ada", json=join())
    assert_published("join_session_by_platform_session_id_self", entered)
