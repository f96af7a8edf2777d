"""What RallyHere's tests share: its players, and the calls that they make most."""

from __future__ import annotations

from typing import Any

from tests.harness import Mock

SESSION = "/session/v1/session"
SETTINGS = {"platform": "Steam", "input": "keyboardandmouse"}
ADA, BEN, CLEO, DOV = (f"a0000000-0000-4000-8000-00000000000{n}" for n in (1, 2, 3, 4))


def create(kind: str, **fields: Any) -> dict[str, Any]:
    return {"client_version": "1.0.0", "client_settings": SETTINGS, "session_type": kind, **fields}


def join(team: int = 0, **fields: Any) -> dict[str, Any]:
    return {"client_version": "1.0.0", "client_settings": SETTINGS, "team_id": team, **fields}


def enter(mock: Mock, who: str, session: str, team: int = 0, **fields: Any) -> Any:
    return mock.post(f"{SESSION}/{session}/player/me", token=who, json=join(team, **fields))


def read(mock: Mock, who: str, session: str, **options: Any) -> Any:
    return mock.get(f"{SESSION}/{session}", token=who, **options)


def created(mock: Mock, who: str, kind: str, **fields: Any) -> str:
    answer = mock.post(SESSION, token=who, json=create(kind, **fields))
    assert answer.status_code == 200, answer.text
    session: str = answer.json()["session_id"]
    return session


def statuses(session: dict[str, Any]) -> dict[str, str]:
    return {p["player_uuid"]: p["status"] for team in session["teams"] for p in team["players"]}


def refused(mock: Mock, answer: Any, status: int, code: str) -> None:
    """The answer is this refusal, in the vendor's envelope, and nothing has changed."""
    assert (answer.status_code, answer.json()["error_code"]) == (status, code)
    assert answer.json()["auth_success"] is True
    assert not mock.last.changes
