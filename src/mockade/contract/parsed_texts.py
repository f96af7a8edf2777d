"""What YAML texts were read as, kept from one start to the next: a third of loading the bundled APIs.

A folder of the user's own has one file of JSON for each text, named by a hash of the text and of the code
that reads it; so what is found there is what reading would give, whoever edits the text or updates Mockade.
"""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Any

import orjson
import yaml
from platformdirs import user_cache_path

from mockade.contract import yaml_reader, yaml_scalars

SWITCH = "MOCKADE_CACHE"
"""The environment's word for the folder, or `off`."""

LEAST = 4_096
"""Characters from which a text is kept: a shorter one is read in a millisecond or two."""

MOST = 256
"""How many texts are kept: the ones that were used last."""

_DIGEST = 20
"""Bytes of the hash that names a file."""

_NAMES = f"{'[0-9a-f]' * (2 * _DIGEST)}.json"
"""What our files are called: all others in the folder are somebody else's."""


def kept(text: str) -> Any:
    """What `text` was read as, or None where that is not known."""
    file = _file(text)
    if file is None:
        return None
    with suppress(OSError, orjson.JSONDecodeError):
        data = orjson.loads(file.read_bytes())
        with suppress(OSError):  # a folder that cannot be written can be read all the same
            os.utime(file)
        return data
    return None


def keep(text: str, data: Any) -> None:
    """Keep what `text` was read as, where JSON says it exactly. A folder that cannot be written is let be."""
    file = _file(text)
    if file is None:
        return
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


def _file(text: str) -> Path | None:
    if len(text) < LEAST:
        return None
    folder = os.environ.get(SWITCH, "")
    if folder.lower() == "off":
        return None
    if not folder:
        folder = str(user_cache_path("mockade", appauthor=False) / "contracts")
    with suppress(UnicodeEncodeError):
        name = blake2b(text.encode(), key=_reader(), digest_size=_DIGEST).hexdigest()
        return Path(folder) / f"{name}.json"
    return None


@cache
def _reader() -> bytes:
    """What identifies the code that reads."""
    sources = b"".join(Path(module.__file__ or "").read_bytes() for module in (yaml_reader, yaml_scalars))
    return blake2b(sources + yaml.__version__.encode(), digest_size=32).digest()
