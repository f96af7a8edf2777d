"""The results as SVG, drawn plainly."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from html import escape
from typing import Any, NamedTuple

COLOURS = ("#1f6feb", "#d1572b", "#2f855a", "#8250df", "#b08800", "#57606a", "#bf3989")
INK, FAINT = "#24292f", "#d0d7de"
WIDTH = 860
ROW, LEFT, RIGHT = 18, 330, 90
PANEL, TALL, LEGEND = 400, 240, 16

Record = dict[str, Any]


class Panel(NamedTuple):
    """A line for each work along one axis of growth; `value` is what is drawn of a record."""

    title: str
    axis: str
    value: Callable[[Record], float]


def drawing(width: int, height: int, parts: Sequence[str]) -> str:
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
            f'height="{height}" font-family="system-ui, sans-serif" font-size="12">',
            f'<rect width="{width}" height="{height}" fill="white"/>',
            *parts,
            "</svg>\n",
        ]
    )


def text(x: float, y: float, words: str, *, anchor: str = "start", bold: bool = False) -> str:
    weight = ' font-weight="600"' if bold else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{INK}"{weight}>{escape(words)}</text>'


def line(x1: float, y1: float, x2: float, y2: float, colour: str, width: float = 1) -> str:
    return (
        f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}" '
        f'stroke-width="{width}"/>'
    )


def rates(records: Sequence[Record]) -> str:
    """Requests a second of each peer, work by work, on a logarithmic scale; whiskers are the spread."""
    names = list(dict.fromkeys(one["peer"] for one in records))
    top = max(one["rate"]["greatest"] for one in records)
    low = min(one["rate"]["least"] for one in records)
    first, last = math.floor(math.log10(low)), math.log10(top)

    def at(value: float) -> float:
        return LEFT + (math.log10(value) - first) / (last - first) * (WIDTH - LEFT - RIGHT)

    parts = [text(16, 24, "Requests a second (logarithmic; whiskers: all rounds)", bold=True)]
    y = 44.0
    for work in dict.fromkeys(one["work"] for one in records):
        parts.append(text(16, y + 12, work, bold=True))
        y += ROW
        for one in (one for one in records if one["work"] == work):
            rate, colour = one["rate"], COLOURS[names.index(one["peer"]) % len(COLOURS)]
            parts += [
                text(LEFT - 8, y + 12, one["peer"], anchor="end"),
                f'<rect x="{LEFT}" y="{y + 2:.1f}" width="{at(rate["median"]) - LEFT:.1f}" '
                f'height="{ROW - 6}" fill="{colour}"/>',
                line(at(rate["least"]), y + 8, at(rate["greatest"]), y + 8, INK, 1.5),
                text(WIDTH - RIGHT + 8, y + 12, f"{rate['median']:,.0f}"),
            ]
            y += ROW
        y += 8
    for power in range(first, math.floor(last) + 1):
        x = at(10**power)
        parts.insert(1, line(x, 40, x, y, FAINT))
        parts.append(text(x, y + 14, f"{10**power:,}", anchor="middle"))
    return drawing(WIDTH, int(y + 28), parts)


PANELS = (
    Panel("Requests a second by sessions in the world", "sessions", lambda one: one["rate"]["median"]),
    Panel("Requests a second by worlds", "worlds", lambda one: one["rate"]["median"]),
    Panel("Requests a second by connections", "connections", lambda one: one["rate"]["median"]),
    Panel("Requests a second with the journal on and off", "journal", lambda one: one["rate"]["median"]),
    Panel(
        "p99 as a multiple of the median, by connections",
        "connections",
        lambda one: one["p99_to_p50"]["median"],
    ),
)


def growth(records: Sequence[Record]) -> str:
    """A panel for each way the world grows; from nought up, so that a flat line is flat."""
    parts = []
    for number, panel in enumerate(PANELS):
        x, y = 20 + number % 2 * (PANEL + 20), 20 + number // 2 * (TALL + 50)
        parts += _panel(panel, [one for one in records if one["axis"] == panel.axis], x, y)
    return drawing(WIDTH, (len(PANELS) + 1) // 2 * (TALL + 50) + 20, parts)


def _panel(panel: Panel, records: Sequence[Record], x: float, y: float) -> list[str]:
    parts = [text(x, y + 12, panel.title, bold=True)]
    if not records:
        return [*parts, text(x, y + 40, "not measured")]
    places = list(dict.fromkeys(one["at"] for one in records))
    works = list(dict.fromkeys(one["work"] for one in records))
    top = max(panel.value(one) for one in records) * 1.1
    left, base, high = x + 50, y + TALL - 24, y + 30 + LEGEND * len(works)

    def put(place: int, value: float) -> tuple[float, float]:
        along = place / max(1, len(places) - 1) * (PANEL - 80)
        return left + 10 + along, base - value / top * (base - high)

    for part in (0.0, 0.5, 1.0):
        level = top / 1.1 * part
        _, down = put(0, level)
        parts += [
            line(left, down, x + PANEL - 10, down, FAINT),
            text(left - 4, down + 4, f"{level:,.0f}" if top > 20 else f"{level:.1f}", anchor="end"),
        ]
    parts += [text(put(at, 0)[0], base + 16, place, anchor="middle") for at, place in enumerate(places)]
    for number, work in enumerate(works):
        colour = COLOURS[number % len(COLOURS)]
        mine = [one for one in records if one["work"] == work]
        spots = [put(places.index(one["at"]), panel.value(one)) for one in mine]
        path = " ".join(f"{across:.1f},{down:.1f}" for across, down in spots)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [
            f'<circle cx="{across:.1f}" cy="{down:.1f}" r="3" fill="{colour}"/>' for across, down in spots
        ]
        parts += [
            f'<rect x="{x:.1f}" y="{y + 22 + number * LEGEND:.1f}" width="10" height="10" fill="{colour}"/>',
            text(x + 14, y + 31 + number * LEGEND, work),
        ]
    return parts
