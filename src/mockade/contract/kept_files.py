"""What is kept from one start to the next: small files of JSON in a folder of the user's own.

Each is named by a hash of what it was made from and of the code that made it; so what is found there is what
would be made again, whoever edits a contract or updates Mockade.
"""

from __future__ import annotations

import os
import sys
import tempfile
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from typing import Any

import orjson

SWITCH = "MOCKADE_CACHE"
"""The environment's word for the folder, or `off`."""

MOST = 512
"""How many are kept: the ones that were used last."""

_DIGEST = 20
"""Bytes of the hash that names a file."""

_NAMES = f"{'[0-9a-f]' * (2 * _DIGEST)}.json"
"""What our files are called: all others in the folder are somebody else's."""


def file_for(source: bytes, code: bytes) -> Path | None:
    """The file of what was made from `source` by `code`, 64 bytes at most; None where nothing is kept."""
    folder = os.environ.get(SWITCH, "")
    if folder.lower() == "off":
        return None
    name = blake2b(source, key=code, digest_size=_DIGEST).hexdigest()
    return (Path(folder) if folder else _user_folder()) / f"{name}.json"


def hash_of(*parts: bytes) -> bytes:
    """What identifies code, by its text and the versions of what it uses: 32 bytes."""
    return blake2b(b"".join(parts), digest_size=32).digest()


def kept(file: Path) -> Any:
    """What a file has, or None where it is not there or was spoilt."""
    with suppress(OSError, orjson.JSONDecodeError):
        data = orjson.loads(file.read_bytes())
        with suppress(OSError):  # a folder that cannot be written can be read all the same
            os.utime(file)
        return data
    return None


def keep(file: Path, data: Any) -> None:
    """Keep `data`, where JSON says it exactly. A folder that cannot be written is let be."""
    # orjson's error for numbers and texts that it cannot write is a TypeError.
    with suppress(OSError, TypeError):
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _replace(file, orjson.dumps(data))
        for old in sorted(file.parent.glob(_NAMES), key=_last_used, reverse=True)[MOST:]:
            old.unlink(missing_ok=True)


def _replace(file: Path, content: bytes) -> None:
    """Put `content` in the place of `file`, all or nothing. Raises OSError where that cannot be done."""
    descriptor, name = tempfile.mkstemp(dir=file.parent)
    try:
        with open(descriptor, "wb") as new:
            new.write(content)
        os.replace(name, file)
    except BaseException:
        os.unlink(name)
        raise


def _last_used(file: Path) -> float:
    with suppress(OSError):  # another process may have removed it
        return file.stat().st_mtime
    return 0.0


def _user_folder() -> Path:
    if sys.platform == "linux":  # where the library takes longer to load than all else here takes
        named = os.environ.get("XDG_CACHE_HOME", "").strip()
        return Path(named or os.path.expanduser("~/.cache"), "mockade", "contracts")
    from platformdirs import user_cache_path

    return user_cache_path("mockade", appauthor=False) / "contracts"
