"""Work of a request that may be run several times is done once (`worlds/memoized.py`)."""

from __future__ import annotations

from mockade.worlds.memoized import once, remembering
from mockade.worlds.slices import at_once
from tests.worlds.test_slices import counted


def test_what_a_request_has_made_is_not_made_again_when_it_is_run_again() -> None:
    seen: list[str] = []
    apis, others = object(), object()

    def made(of: object, name: str = "a") -> str:
        return at_once(once(name, of, counted(name, 2, seen)))

    with remembering():
        assert [made(apis), made(apis), made(apis, "b")] == ["A", "A", "B"]
        assert seen == ["a0", "a1", "a is over", "b0", "b1", "b is over"], "each once"
        made(others)
        assert seen.count("a0") == 2, "of other APIs it may be something else"
    made(others)
    made(others)
    assert seen.count("a0") == 4, "where nothing is run again, nothing is kept"
