"""What lay below a row that was removed does not come back with a new row of its key."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.contracts import contract, crud
from tests.harness import Mock

Serve = Callable[..., Mock]

ROW = {
    "type": "object",
    "required": ["id"],
    "properties": {"id": {"type": "string"}, "name": {"type": "string"}},
}


@pytest.mark.parametrize("again", ["PUT", "POST"])
@pytest.mark.parametrize("removed", ["/guilds/g1", "/guilds/g1/teams/t1"])
def test_a_new_row_has_nothing_of_what_was_below_the_old_one(serve: Serve, again: str, removed: str) -> None:
    paths: dict[str, Any] = {}
    for path in ("/guilds", "/guilds/{guild_id}/teams", "/guilds/{guild_id}/teams/{team_id}/players"):
        paths |= crud(path, ROW)
    mock = serve(contract(paths))
    for below in ("/guilds", "/guilds/g1/teams", "/guilds/g1/teams/t1/players"):
        for key in ({"/guilds": "g", "/guilds/g1/teams": "t"}.get(below, "p") + number for number in "12"):
            assert mock.post(below, json={"id": key, "name": "x"}).status_code == 201
    assert mock.post("/guilds/g2/teams", json={"id": "t1", "name": "x"}).status_code == 201
    assert mock.delete(removed).status_code == 204
    above, _, key = removed.rpartition("/")
    made = mock.put(removed, json={"name": "y"}) if again == "PUT" else mock.post(above, json={"id": key})
    assert made.status_code in (200, 201)
    if removed == "/guilds/g1":
        assert mock.get("/guilds/g1/teams").json() == []
        assert mock.post("/guilds/g1/teams", json={"id": "t1"}).status_code == 201
    assert mock.get("/guilds/g1/teams/t1/players").json() == []
    assert len(mock.get("/guilds/g2/teams").json()) == 1
