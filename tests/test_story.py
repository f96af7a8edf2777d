"""One world's story over HTTP, from the first session to a server that goes on from a snapshot of it."""

from __future__ import annotations

import json
from pathlib import Path

import httpx

from tests.servers import Server

V1 = "/_mockade/v1"
ADA = {"authorization": "Bearer ada"}
ME = {"client_version": "1.0.0", "client_settings": {"platform": "Steam", "input": "gamepad"}}


def test_a_session_expires_is_brought_back_forked_kept_and_served_again(tmp_path: Path) -> None:
    with Server("rallyhere", "meshmap") as server:

        def ask(method: str, path: str, status: int = 200, **options: object) -> httpx.Response:
            answer = server.request(method, path, headers=ADA, **options)
            assert answer.status_code == status, answer.text
            return answer

        # Freeze, and create a session.
        ask("PUT", f"{V1}/clock", json={"mode": "frozen", "now": "2026-01-05T12:00:00Z"})
        made = ask("POST", "/session/v1/session", json={**ME, "session_type": "party"}).json()["session_id"]
        session = f"/session/v1/session/{made}"
        ask("GET", session)

        # Move past its end, and see it go in the journal.
        ask("POST", f"{V1}/clock/advance", json={"by": "1h1s"})
        ask("GET", session, 404)
        entries = ask("GET", f"{V1}/journal").json()["exchanges"]
        (end,) = [one for one in entries if one["answered_by"] == "timeline"]
        assert (end["operation"], end["time"]) == ("session_expires", "2026-01-05T13:00:00.000Z")
        assert [(one["key"], one["after"]) for one in end["changes"]] == [(made, None)]

        # Go back to before it went.
        ask("POST", f"{V1}/journal/{end['id']}/rewind")
        ask("GET", f"{session}?refresh_ttl=false")

        # Fork: what happens in one world does not happen in the other.
        ask("POST", f"{V1}/fork", 201, json={"name": "fork"})
        ask("POST", f"/@fork{V1}/clock/advance", json={"by": "1h"})
        ask("GET", f"/@fork{session}", 404)
        ask("GET", f"{session}?refresh_ttl=false")

        # Keep it, and take it away.
        ask("POST", f"{V1}/snapshots", 201, json={"name": "before-the-end"})
        document = ask("GET", f"{V1}/snapshots/before-the-end").json()
        ask("POST", f"{V1}/reset")
        ask("GET", session, 404)
        ask("POST", f"{V1}/snapshots/before-the-end/restore")
        ask("GET", f"{session}?refresh_ttl=false")

    # Serve from it.
    file = tmp_path / "before-the-end.json"
    file.write_text(json.dumps(document), encoding="utf-8")
    with Server("rallyhere", "meshmap", "--state", str(file)) as server:
        assert server.request("GET", f"{session}?refresh_ttl=false", headers=ADA).status_code == 200
        server.request("POST", f"{V1}/clock/advance", json={"by": "1h"})
        assert server.request("GET", session, headers=ADA).status_code == 404
