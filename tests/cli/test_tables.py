"""Tables: whole when piped, folded to fit a terminal."""

from __future__ import annotations

from mockade.cli.tables import table

ROWS = [
    ("GET", "/games/{id}", "reads the [game]"),
    ("DELETE", "/games/{id}/players/{player}", "takes a player out"),
]


def test_without_a_width_every_row_is_one_line() -> None:
    heads, rule, *rows = table(("Method", "Path", "What"), ROWS)
    assert heads.split() == ["Method", "Path", "What"]
    assert set(rule) == {"─"}
    assert [line.split(maxsplit=2) for line in rows] == [list(row) for row in ROWS]


def test_a_narrow_terminal_folds_and_loses_nothing() -> None:
    lines = list(table(("Method", "Path", "What"), ROWS, 40))
    assert max(map(len, lines)) <= 40
    shown = "".join("".join(line.split()) for line in lines)
    assert sorted(shown.replace("─", "")) == sorted(
        "".join(["MethodPathWhat"] + [c for r in ROWS for c in r]).replace(" ", "")
    )


def test_a_table_without_rows_has_its_heads() -> None:
    assert next(table(("Method", "Path"), [])).split() == ["Method", "Path"]
