"""Everything of a world that calls change: one value, of which nothing is shared by mistake."""

from __future__ import annotations

from typing import Any

import pytest

from mockade.worlds.contents import Contents
from tests.state.widgets import state


def test_contents_without_snapshots_share_no_dict_that_somebody_could_fill() -> None:
    snapshots: Any = Contents(state()).snapshots
    with pytest.raises(TypeError):
        snapshots["a"] = state()
    assert Contents(state()) == Contents(state(), snapshots={}), "as a world has them that had some"
