"""Where a world is kept: in this process, where what is done stands at once."""

from __future__ import annotations

from mockade.state.rows import Stored


class KeptHere:
    """What a world tells who has to know whether what was done stands; a shared one knows better."""

    __slots__ = ()

    @property
    def is_cut_off(self) -> bool:
        """Whether nothing is to happen in it by itself: where it is kept cannot be asked."""
        return False

    def is_unchanged(self, row: Stored | None, before: Stored) -> bool:
        """Whether a row is as it was: one that was put again is another, whatever it holds."""
        return row is before

    async def settled(self) -> bool:
        """Whether what was done in it stands; where it is shared others may have been first."""
        return True

    async def claim(self, what: str, seconds: float) -> bool:  # noqa: ARG002  # others share their worlds
        """Whether this process alone is to do something for so long, given all that was done before."""
        return True

    async def release(self, what: str) -> None:
        """Give a claim back."""
