"""Secrets in paths that no contract has: nothing says what the parts of such a path are."""

from __future__ import annotations

import pytest

from mockade.catalogue.secret_paths import secrets_in, without

KNOWN = frozenset({"meshmap-demo-key", "ada"})


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/v9/tokens/3f2a-77", "/v9/tokens/[redacted]"),
        ("/v9/api-key/k1/apps", "/v9/api-key/[redacted]/apps"),
        ("/password-resets/4711", "/password-resets/[redacted]"),
        ("/reset/x;token=hush;a=b", "/reset/x;token=[redacted];a=b"),
        ("/reset/code=123456", "/reset/code=[redacted]"),
        ("/k/meshmap-demo-key/apps", "/k/[redacted]/apps"),
        ("/k/x-meshmap%2Ddemo%2Dkey-x", "/k/[redacted]"),
        ("/v/eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln", "/v/[redacted]"),
        ("/bot123456:AAhfT3Vq9xPq8LZr0cQ/send", "/[redacted]/send"),
        ("/invite/AbCdEfGhIjKlMnOpQr12", "/invite/[redacted]"),
    ],
)
def test_what_a_path_shows_to_be_a_secret_is_hidden(path: str, told: str) -> None:
    assert without(path, set(secrets_in(path, KNOWN))) == told


@pytest.mark.parametrize(
    "path",
    [
        "/auth/login",
        "/tokens/refresh",
        "/player/ada",
        "/book/9780000000001",
        "/matches/0b6f7a6e-29c4-4f0e-9d4b-3f1f8a1b2c3d",
        "/next-page-token/12",
        "/sort=asc",
        "//",
        "/SomeVeryLongCamelCasedResourceName",
    ],
)
def test_what_may_be_read_stays(path: str) -> None:
    assert list(secrets_in(path, KNOWN)) == []
