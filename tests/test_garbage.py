"""When Python's garbage collector runs."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from mockade import garbage


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    thresholds = gc.get_threshold()
    gc.unfreeze()  # what the collection of the tests has frozen
    gc.set_threshold(*garbage._DEFAULT)
    yield
    gc.set_threshold(*thresholds)
    gc.freeze()
    gc.enable()


def test_it_is_paused_within_a_block_and_as_before_after_it() -> None:
    with garbage.paused():
        assert not gc.isenabled()
        with garbage.paused():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()


def test_a_server_collects_rarely_and_then_as_usual() -> None:
    usual = gc.get_threshold()
    garbage.pause()
    assert not gc.isenabled()
    garbage.collect_rarely(freeze=False)
    assert (gc.isenabled(), gc.get_threshold(), gc.get_freeze_count()) == (True, garbage.RARE, 0)
    garbage.collect_rarely(freeze=True)
    assert gc.get_freeze_count() > 0
    garbage.collect_as_usual()
    assert (gc.isenabled(), gc.get_threshold()) == (True, usual)
