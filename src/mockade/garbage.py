"""When a server looks for garbage: not while it starts, and seldom while it serves."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

SELDOM = (50_000, 1_000, 1_000)
"""New objects after which the youngest are gone through, and how often that is until the older ones are.

What a request leaves in the journal stays for long and then goes without a collector, like nearly all that
a server makes: to look after each 700, as Python does by itself, is mostly in vain. To go through the older
ones, which are the journal's, would halt all requests for a tenth of a second.
"""

_USUAL = gc.get_threshold()


@contextmanager
def left() -> Iterator[None]:
    """Look for no garbage within it, and afterwards as before."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def hold_off() -> None:
    """Look for no garbage until `look_seldom`. What a start makes stays, and looking takes a sixth of it."""
    gc.disable()


def look_seldom(*, freeze: bool) -> None:
    """Look for garbage from now on; with `freeze` not among what there is, so that no request waits for that.

    What a reload will replace must not be frozen: it would never go.
    """
    if freeze:
        gc.freeze()
    gc.set_threshold(*SELDOM)
    gc.enable()


def look_as_usual() -> None:
    """Look as Python does by itself; what was frozen stays so."""
    gc.set_threshold(*_USUAL)
    gc.enable()
