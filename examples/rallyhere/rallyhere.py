"""A game client's way into a RallyHere session: it keeps ETags, and heeds a no."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Self

import httpx

ME = {"client_version": "1.0.0", "client_settings": {"platform": "Steam", "input": "gamepad"}}


@dataclass(frozen=True)
class Session:
    id: str
    type: str
    players: tuple[str, ...]


class Refused(Exception):
    """The backend said no; `code` is its error code."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(f"{status} {code}")
        self.status, self.code = status, code


class Lobby:
    """One player, by their token, at one backend; `sleep` waits for so many seconds."""

    def __init__(self, base_url: str, token: str, sleep: Callable[[float], None] = time.sleep) -> None:
        self._http = httpx.Client(
            base_url=f"{base_url}/session/v1", headers={"Authorization": f"Bearer {token}"}
        )
        self._sleep = sleep
        self._kept: dict[str, tuple[str, Session]] = {}
        """By id, a session with its ETag."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def enter(self, session_type: str) -> str:
        """The id of a session of that type which the player is in now, an open one or a new one."""
        session: str = self._ask("POST", "/session", {**ME, "session_type": session_type}).json()[
            "session_id"
        ]
        return session

    def join(self, session: str, team: int = 0) -> bool:
        """Whether there was room."""
        try:
            self._ask("POST", f"/session/{session}/player/me", {**ME, "team_id": team})
        except Refused as refusal:
            if refusal.code != "team_full":
                raise
            return False
        return True

    def leave(self, session: str) -> None:
        self._ask("DELETE", f"/session/{session}/player/me")

    def session(self, session: str) -> Session:
        """The session as it is now; what has not changed is not sent again."""
        kept = self._kept.get(session)
        answer = self._ask("GET", f"/session/{session}", headers={"If-None-Match": kept[0]} if kept else {})
        if kept and answer.status_code == 304:
            return kept[1]
        told = answer.json()
        players = tuple(player["player_uuid"] for team in told["teams"] for player in team["players"])
        found = Session(session, told["type"], players)
        self._kept[session] = answer.headers["ETag"], found
        return found

    def wait_for(self, session: str, players: int, every: float = 5.0) -> Session:
        """The session once so many are in it."""
        found = self.session(session)
        while len(found.players) < players:
            self._sleep(every)
            found = self.session(session)
        return found

    def _ask(self, method: str, path: str, body: Any = None, headers: Any = None) -> httpx.Response:
        answer = self._http.request(method, path, json=body, headers=headers)
        while answer.status_code == 503:
            self._sleep(float(answer.headers["Retry-After"]))
            answer = self._http.request(method, path, json=body, headers=headers)
        if answer.is_error:
            raise Refused(answer.status_code, answer.json().get("error_code", ""))
        return answer
