"""A client of MeshMap: an app's players, their sessions and scores."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

import httpx


@dataclass(frozen=True)
class Place:
    """One place of a leaderboard."""

    player: str
    score: float


class Refused(Exception):
    """MeshMap said no, and why."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(f"{status}: {reason}")
        self.status, self.reason = status, reason


class MeshMap:
    """The app whose key it is, at `base_url`."""

    def __init__(self, base_url: str, key: str) -> None:
        self._http = httpx.Client(base_url=base_url, headers={"x-app-api-key": key})

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def create_player(self, name: str) -> str:
        """The new player's id. Raises Refused where the name is taken."""
        player: str = self._ask("POST", "/apps/players", {"displayName": name})["id"]
        return player

    def open_session(self, mini_game: str | None = None) -> str:
        """The id of a new session, of a mini game if one is named."""
        wanted = {"miniGameTypeName": mini_game} if mini_game else {}
        session: str = self._ask("POST", "/apps/game-sessions", wanted)["id"]
        return session

    def join(self, session: str, player: str) -> None:
        self._ask("POST", f"/apps/game-sessions/{session}/players", {"playerId": player})

    def score(self, session: str, player: str, score: float) -> None:
        self._ask("PATCH", f"/apps/game-sessions/{session}/players/{player}", {"score": score})

    def leaderboard(self, mini_game: str, best: int = 10) -> list[Place]:
        """The best players of a mini game; none where nobody played it."""
        types = self._ask("GET", "/apps/minigame-types", query={"miniGameTypeName": mini_game})
        for one in types["miniGameTypes"]:
            query = {"miniGameTypeId": one["id"], "limit": best}
            boards = self._ask("GET", "/apps/global-leaderboards", query=query)["leaderboards"]
            return [
                Place(row["playerDisplayName"], row["playerScore"])
                for board in boards
                for row in board["leaderboard"]
            ]
        return []

    def _ask(self, method: str, path: str, body: Any = None, query: Any = None) -> Any:
        answer = self._http.request(method, path, json=body, params=query)
        if answer.is_error:
            raise Refused(answer.status_code, answer.json()["error"])
        return answer.json()
