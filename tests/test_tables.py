"""Tables: whole when piped, folded to fit a terminal."""

from __future__ import annotations

from mockade.tables import table

ROWS = [
    ("GET", "/games/{id}", "reads the game"),
    ("DELETE", "/games/{id}/players/{player}", "takes a player out"),
]


def test_without_a_width_every_row_is_one_line() -> None:
    assert list(table(("Method", "Path", "What"), ROWS)) == [
        "Method  Path                          What",
        "──────  ────────────────────────────  ──────────────────",
        "GET     /games/{id}                   reads the game",
        "DELETE  /games/{id}/players/{player}  takes a player out",
    ]


def test_a_narrow_terminal_folds_the_widest_columns() -> None:
    lines = list(table(("Method", "Path", "What"), ROWS, 40))
    assert max(map(len, lines)) <= 40
    assert "".join(line[8:24].strip() for line in lines[-2:]) == "/games/{id}/players/{player}"[:32]


def test_a_table_without_rows_has_its_heads() -> None:
    assert list(table(("Method", "Path"), [])) == ["Method  Path", "──────  ────"]
