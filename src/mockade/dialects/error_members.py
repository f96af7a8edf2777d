"""What the properties of an error body are for: told by their names, and by what stands beside them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal

Purpose = Literal["sentence", "code", "phrase", "status", "state", "path", "list", "blank", ""]
"""A sentence for people; the refusal's code; the status' reason phrase; the status; what is the status only
where it is a number; where a violation is; the violations; a problem's `type` that has its code elsewhere; or
something else."""

_SENTENCES = frozenset(
    {"message", "msg", "detail", "details", "description", "desc", "errordescription", "errormessage"}
    | {"text", "faultstring", "issue", "problem", "explanation"}
)
_EITHER = frozenset({"error", "reason"})
"""A sentence where no other is beside it, else a code."""

_CODES = frozenset({"type", "errortype", "errorname", "errorkey"})
_PATHS = frozenset({"loc", "path", "field", "pointer", "location", "parameter", "property", "instance"})
_STATUSES = frozenset({"status", "statuscode", "httpstatus", "httpcode", "httpstatuscode"})
_LISTS = frozenset({"errors", "violations", "issues", "fielderrors", "causes", "messages", "errormessages"})


def purpose(name: str, beside: Iterable[str]) -> Purpose:
    """What a property is for; `beside` are the names of all properties of the object that it is in."""
    word, words = _plain(name), {_plain(one) for one in beside}
    has_code = any(is_code_alone(one) for one in words)
    has_sentence = not words.isdisjoint(_SENTENCES - {word})
    if word == "status" and not {"title", "detail"} <= words:
        return "state"
    if word in _STATUSES:
        return "status"
    if word in _PATHS:
        return "path"
    if word in _LISTS:
        return "list"
    if is_code_alone(word):
        return "code"
    if word == "type" and has_code and {"title", "detail"} <= words:
        return "blank"
    if word in _CODES:
        return "code"
    if word in _EITHER:
        return "sentence" if not has_sentence else "phrase" if has_code else "code"
    if word == "title":
        return "phrase" if has_sentence else "sentence"
    return "sentence" if word in _SENTENCES else ""


def is_code_alone(name: str) -> bool:
    """Whether a property of this name is for a code whatever stands beside it: errorCode, error_code."""
    return "code" in _plain(name) and _plain(name) not in _STATUSES


def has_code(names: Iterable[str]) -> bool:
    """Whether an object with properties of these names has a place for a code."""
    beside = list(names)
    return any(purpose(name, beside) == "code" for name in beside)


def has_sentence(names: Iterable[str]) -> bool:
    """Whether an object with properties of these names has a place for a sentence."""
    beside = list(names)
    return any(purpose(name, beside) == "sentence" for name in beside)


def same_code(option: object, code: str) -> bool:
    """Whether an option of an enum is a code, however it is spelt: ALREADY_LEADER and already-leader."""
    return isinstance(option, str) and _plain(option) == _plain(code)


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())
