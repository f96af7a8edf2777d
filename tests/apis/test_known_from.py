"""What of the vendors' operations nobody wrote."""

from __future__ import annotations

import pytest

from mockade.cli.assumptions import known_from
from tests.test_promises import APIS


@pytest.mark.parametrize(
    ("name", "generated"),
    [
        ("meshmap", set()),
        ("playcamp", set()),
        (
            "rallyhere",
            {
                "GET /session/v1/voip/vivox:login",
                "GET /session/v1/session/{session_id}/player/me/voip/vivox:{vivox_action}",
                "GET /session/v1/session/{session_id}/player/{player_uuid}/voip/vivox:{vivox_action}",
                "GET /session/v1/session/{session_id}/player/me/voip/epic:join",
            },
        ),
    ],
)
def test_every_operation_has_rules_of_its_own_but_for_voices(name: str, generated: set[str]) -> None:
    api = APIS[name]
    known = known_from(api)
    assert {f"{one.method} {one.path}" for one in known.get("generated", ())} == generated
    assert "not served" not in known
    unwritten = {one.id for one in known.get("generated", ())}
    assert {key for key, one in api.answerers.items() if one.kind != "handler"} == unwritten


def test_all_of_what_playcamps_sdk_calls_is_served() -> None:
    assert len(APIS["playcamp"].contract.operations) == 36
