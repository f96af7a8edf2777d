"""Messages of frames: read as they were written, or refused with a sentence."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from mockade.stores.frames import Format, frame, frames

PLAN = Format("a plan", b"P", 3)
JSON = some.recursive(
    some.none()
    | some.booleans()
    | some.integers()
    | some.floats(allow_nan=False, allow_infinity=False)
    | some.text(some.characters()),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(some.lists(some.tuples(JSON, some.lists(some.binary(max_size=9), max_size=3)), max_size=4))
def test_frames_come_back_as_they_were(parts: list[tuple[Any, list[bytes]]]) -> None:
    message = PLAN.mark + b"".join(frame(outline, pieces) for outline, pieces in parts)
    found = list(frames(PLAN, message))
    assert [repr(one.outline) for one in found] == [repr(outline) for outline, _ in parts]
    for one, (_, pieces) in zip(found, parts, strict=True):
        joined = b"".join(pieces)
        assert one.data[one.at : one.at + len(joined)] == joined


MESSAGE = PLAN.mark + frame(["a", 1], [b"piece"]) + frame(["b", 2], [])
FIRST = len(PLAN.mark + frame(["a", 1], [b"piece"]))


@pytest.mark.parametrize("at", range(len(MESSAGE)))
def test_what_was_cut_off_or_changed_is_refused(at: int) -> None:
    if at not in (2, FIRST):  # there it is whole
        with pytest.raises(ValueError, match=r"This is .*a plan.*damaged|This is not a plan"):
            list(frames(PLAN, MESSAGE[:at]))
    changed = MESSAGE[:at] + bytes([MESSAGE[at] ^ 0x41]) + MESSAGE[at + 1 :]
    with pytest.raises(ValueError, match=r"a plan"):
        list(frames(PLAN, changed))


def test_another_version_is_named() -> None:
    with pytest.raises(ValueError, match=r"format 4, and this version of Mockade reads format 3: let all"):
        list(frames(PLAN, PLAN._replace(version=4).mark))


def test_what_is_no_json_is_refused() -> None:
    with pytest.raises(TypeError):
        frame([{1, 2}], [])
