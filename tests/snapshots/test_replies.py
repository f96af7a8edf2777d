"""Answers of idempotency keys in documents and state files."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mockade.background.autosave import AutoSave
from tests.harness import Mock
from tests.middleware.test_idempotency import keyed, sent

Serve = Callable[..., Mock]
V1 = "/_mockade/v1"


def test_a_document_with_secrets_has_the_keys_and_one_without_them_has_not(serve: Serve) -> None:
    mock = serve(keyed())
    first = sent(mock, "k1")
    assert mock.post(f"{V1}/snapshots", json={"name": "s"}).status_code == 201
    for secrets, made in (("true", 1), ("false", 2)):
        taken = mock.get(f"{V1}/snapshots/s", params={"secrets": secrets}).json()
        assert mock.put(f"{V1}/snapshots/t", json=taken).is_success
        assert mock.post(f"{V1}/snapshots/t/restore").is_success
        again = sent(mock, "k1")
        assert (again.content == first.content) is (made == 1)
        assert again.headers["location"].startswith("http://localhost/widgets/")
        assert len(mock.get("/widgets").json()) == made


def test_keys_outlive_a_restart_with_a_state_file(serve: Serve, keep: Callable[[Mock], AutoSave]) -> None:
    mock = serve(keyed())
    autosave = keep(mock)
    first = sent(mock, "k1")
    autosave.close()
    again = serve(keyed())
    keep(again)
    second = sent(again, "k1")
    assert (second.content, second.headers["location"]) == (first.content, first.headers["location"])
    assert len(again.get("/widgets").json()) == 1


@pytest.mark.parametrize(
    ("change", "told"),
    [({"body": "#"}, "not as Mockade writes them"), ({"at": "9999-99-99T00:00:00Z"}, "at")],
)
def test_a_kept_answer_of_a_wrong_form_is_refused_with_its_place(
    serve: Serve, change: dict[str, str], told: str
) -> None:
    mock = serve(keyed())
    sent(mock, "k1")
    mock.post(f"{V1}/snapshots", json={"name": "s"})
    taken = mock.get(f"{V1}/snapshots/s?secrets=true").json()
    taken["replies"][0] |= change
    refused = mock.put(f"{V1}/snapshots/t", json=taken)
    assert refused.status_code in (400, 422)
    assert "/replies/0" in refused.text
    assert told in refused.text
