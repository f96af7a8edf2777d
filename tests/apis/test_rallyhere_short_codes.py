"""RallyHere's short codes, which stand for a session's id, and sessions that are deleted."""

from __future__ import annotations

import re

import pytest

from mockade.apis.rallyhere import short_codes
from tests.apis.rallyhere import SESSION, created, enter, read, refused
from tests.harness import Mock


def code_of(mock: Mock, who: str, session: str) -> str:
    answer = mock.post(f"{SESSION}/{session}:generate-short-code", token=who)
    assert answer.status_code == 200, answer.text
    code: str = answer.json()["short_code"]
    return code


class TestShortCodes:
    def test_one_stands_for_the_id_in_any_case_and_stays(self, mock: Mock) -> None:
        code = code_of(mock, "ben", "casual-1")
        assert re.fullmatch("[A-Z2-9]{6}", code)
        assert code_of(mock, "ben", "casual-1") == code
        assert enter(mock, "ada", code.lower()).status_code == 200
        assert read(mock, "ada", code).json()["session_id"] == "casual-1"
        assert read(mock, "ada", "casual-1").json()["short_code"] == code
        assert mock.delete(f"{SESSION}/{code}/player/me", token="ada").status_code == 204

    def test_who_is_outside_gets_none(self, mock: Mock) -> None:
        answer = mock.post(f"{SESSION}/casual-1:generate-short-code", token="ada")
        refused(mock, answer, 403, "insufficient_session_permissions")

    def test_no_two_sessions_have_one(self, mock: Mock) -> None:
        codes = {code_of(mock, "admin", name) for name in ("casual-1", "party-1", "duel-full")}
        assert len(codes) == 3

    def test_too_many_in_vain_are_a_conflict(self, mock: Mock, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(short_codes, "_LETTERS", "A")
        assert code_of(mock, "ben", "casual-1") == "AAAAAA"
        answer = mock.post(f"{SESSION}/party-1:generate-short-code", token="cleo")
        refused(mock, answer, 409, "short_code_not_available")


class TestDeleting:
    def test_its_leader_deletes_a_session_and_all_that_leads_to_it(self, mock: Mock) -> None:
        session = created(mock, "ada", "party")
        code = code_of(mock, "ada", session)
        mock.post(f"{SESSION}/{session}/queue", token="ada", json={"queue_id": "ranked-duel"})
        mock.post(f"{SESSION}/{session}/instance", token="ada", json={})
        assert mock.delete(f"{SESSION}/{session}", token="ada").status_code == 204
        for name in (session, code):
            refused(mock, read(mock, "ada", name), 404, "session_not_found")
        assert mock.state.timeline.next() is None
        refused(mock, mock.delete(f"{SESSION}/{session}", token="ada"), 404, "session_not_found")

    @pytest.mark.parametrize("who", ["ada", "dov", "server", "outsider"])
    def test_members_strangers_and_servers_do_not(self, mock: Mock, who: str) -> None:
        enter(mock, "ada", "casual-1")
        answer = mock.delete(f"{SESSION}/casual-1", token=who)
        refused(mock, answer, 403, "insufficient_session_permissions")
