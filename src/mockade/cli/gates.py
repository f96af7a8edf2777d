"""The gates of `exec`: apart from the verdict by them, which is loaded only when a command runs."""

from __future__ import annotations

from typing import Literal, get_args

Gate = Literal["violation", "notice", "unanswered", "fault", "never"]
"""What fails a command that passed. A fault is the mock's own; `violation` includes it, `notice` both."""

GATES: tuple[Gate, ...] = get_args(Gate)
