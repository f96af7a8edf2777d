"""A game client's way into a RallyHere session: what a real client does, without the game around it."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from typing import Any

ME = {"client_version": "1.0.0", "client_settings": {"platform": "Steam", "input": "gamepad"}}


class Refused(Exception):
    """The backend said no; `code` is its error code."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Lobby:
    """One player, by their token, at one backend."""

    def __init__(self, base_url: str, token: str) -> None:
        self._base_url = base_url
        self._token = token

    def enter(self, session_type: str) -> str:
        """The id of a session of that type which the player is in now, an open one or a new one."""
        session_id: str = self._ask("POST", "/session/v1/session", {**ME, "session_type": session_type})[
            "session_id"
        ]
        return session_id

    def join(self, session_id: str, team: int) -> str:
        """Whether the player leads the session or is a member of it."""
        status: str = self._ask(
            "POST", f"/session/v1/session/{session_id}/player/me", {**ME, "team_id": team}
        )["status"]
        return status

    def players(self, session_id: str) -> int:
        """How many are in the session."""
        session = self._ask("GET", f"/session/v1/session/{session_id}?refresh_ttl=false")
        return sum(len(team["players"]) for team in session["teams"])

    def keep_alive(self, session_id: str) -> None:
        """Tell the backend that the session is still wanted. Best effort: a failure is not worth a word."""
        try:
            self._ask("GET", f"/session/v1/session/{session_id}?refresh_ttl=true")
        except Refused:
            return

    def _ask(self, method: str, path: str, body: Any = None) -> Any:
        headers = {"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"}
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self._base_url + path, data, headers, method=method)
        try:
            with urllib.request.urlopen(request) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as refusal:
            with refusal:
                raise Refused(json.load(refusal).get("error_code", "")) from None
