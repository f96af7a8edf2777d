"""RallyHere config: settings by key, which anybody may read, and the time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mockade.dialects import flat_error, pydantic
from mockade.handling import Call, Collection, Reply, Switch, a_uuid, etag, is_listed

behaviour = (
    Switch(
        "organisation",
        "f0000000-0000-4000-8000-000000000001",
        "Ids of a real environment are its own.",
        vet=a_uuid,
    ),
    Switch(
        "product",
        "f0000000-0000-4000-8000-000000000002",
        "Ids of a real environment are its own.",
        vet=a_uuid,
    ),
    Switch(
        "environment",
        "f0000000-0000-4000-8000-000000000003",
        "Ids of a real environment are its own.",
        vet=a_uuid,
    ),
    Switch(
        "sandbox",
        "f0000000-0000-4000-8000-000000000005",
        "Ids of a real environment are its own.",
        vet=a_uuid,
    ),
)
collections = (Collection("kvs", holds="KV", key="key"),)
pure = True
ignores_undeclared = True

dialect = pydantic.dialect(
    flat_error("desc", "error_code", authenticated="auth_success"),
    "HzApiErrorModel",
    engine={
        "unauthenticated": (403, "auth_malformed_access"),
        "unknown_credential": (403, "auth_token_unknown"),
        "credential_refused": (403, "auth_token_format"),
        "forbidden": (403, "insufficient_permissions"),
    },
)


def get_kvs_v2(call: Call, keys_to_include: Sequence[str] | None, if_match: str | None) -> Reply:
    """All settings or those of the keys; secret ones ask for a permission (documented)."""
    may = call.caller.holds("config:secret_kvs:read")
    kvs: dict[bool, dict[str, str]] = {False: {}, True: {}}
    for row in call.rows("kvs"):
        if (may or not row["secret"]) and (not keys_to_include or row["key"] in keys_to_include):
            kvs[row["secret"]][row["key"]] = row["value"]
    body: dict[str, Any] = {"kvs": kvs[False], "secret_kvs": kvs[True]}
    tag = etag(body)
    if if_match and not is_listed(if_match, tag, is_strong=True):
        return Reply(status=412)
    return Reply(body, headers={"ETag": tag})


def get_utc_time(call: Call) -> str:
    return call.now()


def get_environment_id(call: Call) -> dict[str, Any]:
    names = {"org": "organisation", "product": "product", "environment": "environment", "sandbox": "sandbox"}
    return {f"{name}_id": call.behaviour[switch] for name, switch in names.items()}
