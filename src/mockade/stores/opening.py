"""Opens a store by its address, and looks at the start whether it can be used."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec

from mockade.catalogue.api import Api
from mockade.errors import Finding, Place, SetupError
from mockade.hints import did_you_mean
from mockade.settings import Settings
from mockade.stores.addresses import SCHEMES, shown
from mockade.stores.interface import StoreError, StoreFull, StoreRefuses, WorldStore, WrongStore

OPTION = "--store"

EXAMPLE = "redis://127.0.0.1:6379/0"

NEEDED = f"Start one with `redis-server` or `valkey-server`, then: {OPTION} {EXAMPLE}"
"""What to do where there is no store."""


def open_store(settings: Settings) -> WorldStore:
    """The store of the settings; no connection is made yet. Raises SetupError for an address of none."""
    url = settings.store
    scheme = url.partition(":")[0].strip().lower() if ":" in url else ""
    if scheme not in SCHEMES:
        hint = did_you_mean(scheme, SCHEMES) if scheme else ""
        message = f"{shown(url)!r} is no address of a store: it begins with redis://, rediss:// or unix://."
        raise _setup_error(message, f"{hint} For example: {EXAMPLE}".strip())
    if find_spec("redis") is None:
        raise _setup_error("Stores need redis-py, which is not installed.", "pip install 'mockade[redis]'")
    from mockade.stores.redis.store import RedisStore

    try:
        return RedisStore(url, settings.store_prefix)
    except ValueError as error:
        said = f"{shown(url)!r} is no address that can be used: {error}"
        raise _setup_error(
            said if said.endswith(("?", ".")) else f"{said}.", f"For example: {EXAMPLE}"
        ) from None


def check_store(apis: Mapping[str, Api], settings: Settings) -> None:
    """Look whether the store is there and is for these APIs. Raises SetupError with what to do."""
    look = _looked(open_store(settings), fingerprint(apis, settings))
    try:
        with ThreadPoolExecutor(1) as pool:  # the caller's thread may have a loop that runs
            pool.submit(asyncio.run, look).result()
    except (StoreError, WrongStore) as error:
        is_there = isinstance(error, WrongStore | StoreRefuses | StoreFull)
        raise _setup_error(str(error), "" if is_there else NEEDED) from None


async def _looked(store: WorldStore, files: str) -> None:
    try:
        await store.start(files)
    finally:
        await store.close()


def fingerprint(apis: Mapping[str, Api], settings: Settings) -> str:
    """Of what the rows of a store have to fit: the contracts, and what is made up for the start."""
    digest = hashlib.blake2b(digest_size=12)
    for stem, api in sorted(apis.items()):
        digest.update(f"{stem}\0{settings.rows}\0{sorted(api.collections)}\0".encode())
        digest.update(f"{sorted(api.starting_names(settings.rows))}\0".encode())
        for path in api.contract.document.paths():
            digest.update(path.read_bytes() if path.is_file() else str(path).encode())
    return digest.hexdigest()


def _setup_error(message: str, mend: str = "") -> SetupError:
    return SetupError([Finding(Place(OPTION), message, mend, rule="store")])
