"""Callers: what they may do."""

from __future__ import annotations

from mockade.state.caller import Caller


def test_a_caller_holds_what_any_of_the_wanted_permissions_is() -> None:
    caller = Caller("ada", frozenset({"read", "write"}))
    assert caller.holds("write", "delete")
    assert not caller.holds("delete")
    assert not Caller("ben").holds("read")
