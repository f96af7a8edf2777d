"""The work measured, as data: each a request that is sent again and again."""

from __future__ import annotations

from typing import NamedTuple

PLAYERS = 50_000
"""How many players the measured RallyHere knows: each create-or-join of a run is a newcomer's."""

OTHERS = 50_000
"""How many sessions it has that nothing but a read by id touches; they expire never."""

NUMBER = "{nnnnn}"
"""Stands for the number of a request in its run. As long as they are, so a body's length is known before."""

FIRST = 1_000_000
"""The number of a run's first request."""

TIMED = "timed-1"
"""A session that expires unless it is read; `host.py` lays it into the measured world."""

JSON = {"Content-Type": "application/json"}
READER = {"Authorization": "Bearer ben"}
NEWCOMER = {"Authorization": "Bearer player-{nnnnn}", **JSON}
APP = {"x-app-api-key": "meshmap-demo-key", **JSON}
SERVER = {"Authorization": "Bearer ak_server_demo:secret", **JSON}

CLIENT = '"client_version":"1.0.0","client_settings":{"platform":"Steam","input":"gamepad"}'


class Work(NamedTuple):
    """One request; NUMBER in its path, headers or body makes each one of a run another."""

    name: str
    title: str
    api: str
    operation: str
    method: str
    path: str
    headers: dict[str, str]
    body: str = ""
    status: int = 200
    """What it is answered with by whoever does this work; anything else spoils the run."""
    wraps: int = 8_000_000
    """After how many requests the numbers begin again: where they would have a digit more, if not earlier."""

    def numbered(self, number: int) -> Work:
        """As it is sent for the `number`th time, from 0."""

        def put(text: str) -> str:
            return text.replace(NUMBER, str(FIRST + number % self.wraps))

        headers = {name: put(value) for name, value in self.headers.items()}
        return self._replace(path=put(self.path), headers=headers, body=put(self.body))

    @property
    def varies(self) -> bool:
        return NUMBER in "".join((self.path, self.body, *self.headers.values()))


WORKS = (
    Work(
        "get",
        "GET one session again and again, 200",
        "rallyhere",
        "get_session_by_id",
        "GET",
        "/session/v1/session/casual-1",
        READER,
    ),
    Work(
        "get-other",
        "GET another session each time, 200",
        "rallyhere",
        "get_session_by_id",
        "GET",
        "/session/v1/session/other-{nnnnn}",
        READER,
        wraps=OTHERS,
    ),
    Work(
        "get-timed",
        "GET session by id, 200, its time renewed",
        "rallyhere",
        "get_session_by_id",
        "GET",
        f"/session/v1/session/{TIMED}",
        READER,
    ),
    Work(
        "get-304",
        "GET session by id, matching ETag, 304",
        "rallyhere",
        "get_session_by_id",
        "GET",
        "/session/v1/session/casual-1",
        {**READER, "If-None-Match": "{etag}"},
        status=304,
    ),
    Work(
        "join",
        "POST create-or-join session",
        "rallyhere",
        "create_or_join_session",
        "POST",
        "/session/v1/session",
        NEWCOMER,
        f'{{"session_type":"casual",{CLIENT}}}',
        wraps=PLAYERS,
    ),
    Work(
        "score",
        "PATCH score",
        "meshmap",
        "updateGameSessionPlayerScore",
        "PATCH",
        "/apps/game-sessions/session-open/players/player-ada",
        APP,
        '{"score":{nnnnn}}',
    ),
    Work(
        "playtime",
        "POST playtime",
        "playcamp",
        "recordPlaytimeSession",
        "POST",
        "/v1/server/playtime/sessions",
        SERVER,
        '{"sessionId":"match-{nnnnn}","userId":"user-42","durationSeconds":1800,'
        '"startedAt":"2026-01-05T10:00:00Z","endedAt":"2026-01-05T10:30:00Z"}',
        status=201,
    ),
    Work(
        "violations",
        "POST join by id, three violations, 422",
        "rallyhere",
        "join_session_by_id_self",
        "POST",
        "/session/v1/session/casual-1/player/me",
        {**READER, **JSON},
        '{"team_id":-1,"client_version":7,"client_settings":{"platform":"Steam"}}',
        status=422,
    ),
)


def with_etag(works: tuple[Work, ...], etag: str) -> tuple[Work, ...]:
    """The works with the ETag in them that the measured session has."""
    return tuple(
        work._replace(headers={name: value.replace("{etag}", etag) for name, value in work.headers.items()})
        for work in works
    )
