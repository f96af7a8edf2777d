"""When Python's garbage collector runs: not while a server starts, and rarely while it serves."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

RARE = (50_000, 1_000, 1_000)
"""gc's thresholds while serving: new objects until a collection of the youngest, and how many of these until
one of the older ones.

What a request leaves in the journal stays for long and is then freed by its reference count, like nearly all
that a server makes: to collect after each 700, Python's own threshold, is mostly in vain. A collection of the
older ones, which are the journal's, would halt all requests for a tenth of a second.
"""

_DEFAULT = gc.get_threshold()


@contextmanager
def paused() -> Iterator[None]:
    """No collection within it; afterwards as before."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def pause() -> None:
    """No collection until `collect_rarely`: it takes a sixth of a start, and what a start makes stays."""
    gc.disable()


def collect_rarely(*, freeze: bool) -> None:
    """Collect from now on by the thresholds RARE; with `freeze` not what there is already (`gc.freeze`).

    What a reload will replace must not be frozen: it would never be freed.
    """
    if freeze:
        gc.freeze()
    gc.set_threshold(*RARE)
    gc.enable()


def collect_as_usual() -> None:
    """Collect by Python's own thresholds; what was frozen stays frozen."""
    gc.set_threshold(*_DEFAULT)
    gc.enable()
