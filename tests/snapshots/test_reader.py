"""Who may call, read again out of a document (`snapshots/reader.py`, `callers.py`, `writer.py`).

The credentials are read by `snapshots/callers.py` and written by `snapshots/writer.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.harness import Mock

V1 = "/_mockade/v1"
MINTED = "minted-secret"


def written(mock: Mock, **facts: Any) -> dict[str, Any]:
    """The document of a world in which a RallyHere credential was minted."""
    assert mock.post(f"{V1}/credentials", json={"api": "rallyhere", "secret": MINTED, **facts}).is_success
    assert mock.post(f"{V1}/snapshots", json={"name": "s"}).is_success
    document: dict[str, Any] = mock.get(f"{V1}/snapshots/s?secrets=true").json()
    return document


def permissions_after(mock: Mock, document: dict[str, Any]) -> tuple[list[str], bool]:
    """What the credential may when the document has been brought in and restored."""
    assert mock.put(f"{V1}/snapshots/t", json=document).is_success
    assert mock.post(f"{V1}/snapshots/t/restore").is_success
    listed = mock.get(f"{V1}/credentials?secrets=true").json()["credentials"]
    one = next(one for one in listed if one["secret"] == MINTED)
    return one["permissions"], one.get("unrestricted", False)


@pytest.mark.parametrize("permissions", [[], ["session:read:self"]])
def test_a_credential_comes_back_with_the_permissions_that_it_had(
    make_mock: Callable[..., Mock], permissions: list[str]
) -> None:
    mock = make_mock("rallyhere")
    assert permissions_after(mock, written(mock, permissions=permissions)) == (permissions, False)


def test_a_documents_credential_without_permissions_may_nothing_as_in_earlier_versions(
    make_mock: Callable[..., Mock],
) -> None:
    mock = make_mock("rallyhere")
    document = written(mock, permissions=[])
    del document["apis"]["rallyhere"]["credentials"]["HTTPBearer"][MINTED]["permissions"]
    assert permissions_after(mock, document) == ([], False)


def test_a_credential_that_may_everything_comes_back_so(serve: Callable[..., Mock]) -> None:
    spec = """
openapi: 3.0.3
info: {title: T, version: "1"}
security: [{key: []}]
components: {securitySchemes: {key: {type: http, scheme: bearer}}}
paths: {/a: {get: {responses: {"200": {description: ""}}}}}
"""
    mock = serve(spec, "credentials: {key: {ada: {caller: ada}, ben: {caller: ben, permissions: []}}}")
    assert mock.post(f"{V1}/snapshots", json={"name": "s"}).is_success
    document = mock.get(f"{V1}/snapshots/s?secrets=true").json()
    assert document["apis"]["shop"]["credentials"]["key"] == {
        "ada": {"caller": "ada", "unrestricted": True},
        "ben": {"caller": "ben", "permissions": []},
    }
    assert mock.put(f"{V1}/snapshots/t", json=document).is_success
    assert mock.post(f"{V1}/snapshots/t/restore").is_success
    listed = mock.get(f"{V1}/credentials?secrets=true").json()["credentials"]
    assert [(one["caller"], one.get("unrestricted", False)) for one in listed] == [
        ("ada", True),
        ("ben", False),
    ]
    assert all("facts" not in one for one in listed)
