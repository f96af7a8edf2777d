"""Reads who may call out of a document of a world's state."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mockade.catalogue.api import Api
from mockade.catalogue.credentials import read_credentials
from mockade.catalogue.fixtures import are_secrets, read_secret
from mockade.contract.schemes import REDACTED
from mockade.snapshots.replies import AddFault
from mockade.snapshots.writer import UNRESTRICTED
from mockade.state.caller import Caller
from mockade.state.hash_trie import HashTrie
from mockade.worlds.slices import Slices

Callers = HashTrie[tuple[str, str, str], Caller]
"""By API, security scheme and secret."""

_CALLERS = 50
"""Callers that are read in a slice."""


def read_callers(
    members_by_api: Mapping[str, Any],
    apis: Mapping[str, Api],
    defaults: Callers,
    add_fault: AddFault,
    *,
    is_whole: bool,
) -> Slices[Callers]:
    """The callers of a document, and the default ones of APIs of which it has no credentials.

    `is_whole` says whether the document was written out of a world; else it is fixtures.
    """
    by_api = {
        stem: members["credentials"]
        for stem, members in members_by_api.items()
        if isinstance(members.get("credentials"), dict)
    }
    if not by_api:
        return defaults
    callers: Callers = HashTrie()
    for count, (key, caller) in enumerate(_all(by_api, apis, defaults, add_fault, is_whole=is_whole), 1):
        if key is not None:
            callers = callers.insert(key, caller)
        if not count % _CALLERS:
            yield
    return callers


def _all(
    by_api: Mapping[str, Mapping[str, Any]],
    apis: Mapping[str, Api],
    defaults: Callers,
    add_fault: AddFault,
    *,
    is_whole: bool,
) -> Iterator[tuple[tuple[str, str, str] | None, Any]]:
    """The callers one by one, and nothing for each step on the way to them."""
    for key, caller in defaults.items():
        yield (None, None) if key[0] in by_api else (key, caller)
    for stem, credentials in by_api.items():
        api = apis[stem]

        def add_misformed(message: str, *path: str, stem: str = stem) -> None:
            add_fault("credentials", message, "apis", stem, *path[:2])

        def add_misread(message: str, mend: str, *path: str, stem: str = stem) -> None:
            # Neither the path nor the sentence names a secret: both are logged as well.
            for secret in path[1:]:
                message = message.replace(secret, REDACTED)
            full = f"{message} {mend}".rstrip()
            add_fault("credentials", full, "apis", stem, "credentials", *path[:1])

        formed: dict[str, dict[str, Any]] = {}
        for scheme, secrets in credentials.items():
            if not are_secrets(scheme, secrets, add_misformed):
                continue
            formed[scheme] = {}
            for secret in list(secrets):
                members = secrets.pop(secret)
                written = _as_in_fixtures(members) if is_whole else members
                one = read_secret(scheme, secret, written, add_misformed)
                if one is not None:
                    formed[scheme][secret] = one
                yield None, None
        for at, caller in read_credentials(api.contract, api.module, formed, add_misread):
            yield (stem, *at), caller
        for secrets in formed.values():  # to let go of all at once would take long
            while secrets:
                secrets.popitem()
                yield None, None


def _as_in_fixtures(members: Any) -> Any:
    """A credential that a world's document holds, as fixtures would say it.

    There a credential without `permissions` may everything. Here it has to say `unrestricted`: documents of
    earlier versions leave out permissions that are empty.
    """
    if members is not None and not isinstance(members, dict):
        return members
    plain = {name: value for name, value in (members or {}).items() if name != UNRESTRICTED}
    is_unrestricted = (members or {}).get(UNRESTRICTED) is True
    return plain if is_unrestricted or "permissions" in plain else {**plain, "permissions": []}
