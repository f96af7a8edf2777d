"""Ids, entity tags and random numbers: the same for the same seed."""

from __future__ import annotations

from uuid import UUID

from mockade.state.ids import drawn_bytes, drawn_uuid, fingerprint


def test_chance_depends_on_the_seed_and_the_draw_alone() -> None:
    assert drawn_bytes(1, 2) == drawn_bytes(1, 2)
    assert len(drawn_bytes(1, 2)) == 16
    drawn = {drawn_bytes(seed, draw) for seed in range(20) for draw in range(20)}
    assert len(drawn) == 400


def test_a_drawn_uuid_is_a_random_one_by_its_look() -> None:
    for draw in range(50):
        made = UUID(drawn_uuid(7, draw))
        assert (made.version, str(made)) == (4, drawn_uuid(7, draw))


def test_equal_data_has_an_equal_tag_and_other_data_another() -> None:
    assert fingerprint(b"a") == fingerprint(b"a") != fingerprint(b"b")
    tag = fingerprint(b"a")
    assert (tag[0], tag[-1]) == ('"', '"')
    assert tag[1:-1].isalnum()
