"""The answers that are kept for requests which come again: few, small, and for a day."""

from __future__ import annotations

from mockade.state.kept_replies import KEPT_FOR, MOST_BYTES, MOST_KEPT, KeptReplies, KeptReply


def reply(at: float, body: bytes = b"{}") -> KeptReply:
    return KeptReply(at, "asked", 201, body, "application/json", ())


def test_an_answer_is_found_for_a_day_and_the_map_it_was_kept_in_is_as_before() -> None:
    empty = KeptReplies()
    kept = empty.keep("a", reply(0.0))
    assert kept.find("a", KEPT_FOR - 1) == reply(0.0)
    assert kept.find("a", KEPT_FOR) is None
    assert kept.find("b", 0.0) is None
    assert empty.find("a", 0.0) is None


def test_an_answer_takes_the_place_of_one_of_its_key() -> None:
    kept = KeptReplies().keep("a", reply(0.0, b"old")).keep("a", reply(1.0, b"longer"))
    assert (kept.find("a", 1.0), kept.size, kept.order.size) == (reply(1.0, b"longer"), 6, 1)


def test_the_oldest_go_when_they_are_old_or_too_many_or_too_large() -> None:
    kept = KeptReplies()
    for at in range(MOST_KEPT + 5):
        kept = kept.keep(f"{at}", reply(float(at)))
    assert (kept.order.size, kept.find("4", 2000.0)) == (MOST_KEPT, None)
    assert kept.find("5", 2000.0) is not None
    kept = kept.keep("late", reply(KEPT_FOR + 900.0))
    assert kept.order.first() == (901.0, "901")
    kept = kept.keep("large", reply(KEPT_FOR + 901.0, bytes(MOST_BYTES)))
    assert (kept.order.size, len(kept.replies), kept.size) == (1, 1, MOST_BYTES)
