"""What is told of JSON text without reading it, and why it cannot be read."""

from __future__ import annotations

import re
import sys

import orjson

from mockade.contract.yaml_reader import DEEPEST

_STRING = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"?', re.DOTALL)
_NO_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))


def nests_deeply(raw: bytes, deepest: int = DEEPEST) -> bool:
    """Whether brackets nest more than `deepest` levels in JSON text, those inside strings aside."""
    if raw.count(b"[") + raw.count(b"{") <= deepest:
        return False
    level = 0
    for mark in _STRING.sub(b"", raw).translate(None, delete=_NO_BRACKETS):
        level += 1 if mark in b"[{" else -1
        if level > deepest:
            return True
    return False


def not_json(error: orjson.JSONDecodeError) -> str:
    """Why a text cannot be read as JSON, to be put behind what the text is of."""
    if "infinity" in error.msg:
        return f"is not JSON that can be read: a number is larger than {sys.float_info.max:.2g}"
    return f"is not JSON: {error.msg}"
