"""Pictures of players and users: what is taken for one, and whose it is."""

from __future__ import annotations

import struct
from io import BytesIO
from typing import Any

from mockade.handling import Call, Refusal, Row

from .apps import in_app
from .users import caller_of

MOST_BYTES = 5 * 1024 * 1024
LEAST_PIXELS = 512
MOST_READS = 10_000
"""Of a file's header: one of a camera, of 5 MB in the largest parts, takes fewer than a thousand."""

_KINDS = {
    b"\xff\xd8\xff": "jpg",
    b"\x89PNG\r\n\x1a\n": "png",
    b"GIF87a": "gif",
    b"GIF89a": "gif",
    b"RIFF": "webp",
}


def update_player_image(call: Call, id: str, body: dict[str, Any]) -> Row:
    """A new address (assumed) for a picture that nobody keeps here: what came is looked at and dropped."""
    players = call.rows("players")
    player = players.get(in_app(call, id))
    return players.change(player.key, imageUrl=_address(call, body), updatedAt=call.now())


def delete_player_image(call: Call, id: str) -> dict[str, bool]:
    """Also where there was none (assumed)."""
    players = call.rows("players")
    player = players.get(in_app(call, id))
    if player.get("imageUrl") is not None:
        players.change(player.key, imageUrl=None, updatedAt=call.now())
    return {"success": True}


def update_user_image(call: Call, body: dict[str, Any]) -> Row:
    user = caller_of(call)
    return call.rows("users").change(user.key, imageUrl=_address(call, body))


def delete_user_image(call: Call) -> dict[str, bool]:
    """Also where there was none (assumed)."""
    call.rows("users").change(caller_of(call).key, imageUrl=None)
    return {"success": True}


def _address(call: Call, body: dict[str, Any]) -> str:
    """Where the picture in a form would be. Refuses what is no picture, too large a file, too small a one."""
    return f"https://images.example/{call.new_uuid()}.{picture_kind(_file(body))}"


def _file(body: dict[str, Any]) -> bytes:
    """The bytes of the first field, whatever its name (assumed); a field that is no file is none."""
    text = next(iter(body.values()), "")
    try:
        return text.encode("latin-1") if isinstance(text, str) else b""
    except UnicodeEncodeError:
        return b""


def picture_kind(data: bytes) -> str:
    """The suffix of a picture's kind. Raises Refusal, by the documented limits, for what is not taken."""
    if len(data) > MOST_BYTES:
        raise Refusal(400, "bad_request", "A picture has at most 5 MB")
    kind = next((kind for begin, kind in _KINDS.items() if data.startswith(begin)), "")
    size = _size(data) if kind else None
    if size is None or (kind == "webp" and data[8:12] != b"WEBP"):
        raise Refusal(400, "bad_request", "A picture is a JPEG, PNG, GIF or WebP file")
    if min(size) < LEAST_PIXELS:
        raise Refusal(400, "bad_request", f"A picture has at least {LEAST_PIXELS} pixels each way")
    return kind


class ReadBounded(BytesIO):
    """A file that is read a bounded number of times: a header of a million parts would hold up everybody."""

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        self._left = MOST_READS

    def read(self, size: int | None = -1) -> bytes:
        """Raises EOFError once it was read too often."""
        self._left -= 1
        if self._left < 0:
            raise EOFError
        return super().read(size)


def _size(data: bytes) -> tuple[int, int] | None:
    """Width and height in pixels, None where the file does not say."""
    import imagesize  # takes longer to load than all else of this API, and few ever send a picture

    try:
        found = imagesize.get_info(ReadBounded(data), dpi=False, colors=False, channels=False)
    except (ValueError, struct.error, LookupError, EOFError):
        return None
    return (int(found.width), int(found.height)) if found.width > 0 and found.height > 0 else None
