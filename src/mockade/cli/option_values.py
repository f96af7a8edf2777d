"""What values of options of a server may be, where that is more than a type."""

from __future__ import annotations

import re
from collections.abc import Sequence

import click

from mockade.contract.traffic_rules import TRAFFIC_RULES
from mockade.hints import did_you_mean


def origins(_context: click.Context, _option: click.Parameter, values: Sequence[str]) -> tuple[str, ...]:
    """The origins as browsers send them. A value that no browser would ever send is a mistake."""
    for value in values:
        if value != "*" and not re.fullmatch(r"(?:null|none|[A-Za-z][A-Za-z0-9+.-]*://[^/\s?#]+)", value):
            raise click.BadParameter(
                f"{value!r} is no origin: write scheme://host or scheme://host:port, or *, or none."
            )
    return tuple(value.lower() for value in values)


def hosts(_context: click.Context, _option: click.Parameter, values: Sequence[str]) -> tuple[str, ...]:
    """The hosts. An address of a page, or a port behind the host, is a mistake."""
    for value in values:
        if not re.fullmatch(r"[^\s/?#@:\[\]]+|\[?[0-9A-Fa-f:.]+\]?", value):
            raise click.BadParameter(
                f"{value!r} is no host: write a name or an address alone, without a port."
            )
    return tuple(values)


def traffic_rules(
    _context: click.Context, _option: click.Parameter, values: Sequence[str]
) -> tuple[str, ...]:
    """The rules, with an operation or without. One that there is not would silence nothing: a mistake."""
    for value in values:
        rule = value.partition(":")[0]
        if rule not in TRAFFIC_RULES:
            raise click.BadParameter(f"there is no rule {rule!r}. {did_you_mean(rule, TRAFFIC_RULES)}")
    return tuple(values)
