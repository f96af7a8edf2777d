"""The commands about a world's faults: `fault add`, `fault list`, `fault clear`."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import click

from mockade.cli.control import with_world
from mockade.cli.numbers import WholeNumber
from mockade.cli.options import ENVIRONMENT
from mockade.errors import counted

RECIPES = ("slow", "flaky", "down", "rate-limited", "cut")


@click.group(context_settings=ENVIRONMENT)
def fault() -> None:
    """Make the backend misbehave: slow, wrong, or gone."""


def _delay(text: str) -> Any:
    """`200`, `50-250` (uniform) or `lognormal:90,0.4` (its median and sigma), in milliseconds."""
    if text.isdecimal():
        return int(text)
    uniform = re.fullmatch(r"([0-9]+)-([0-9]+)", text)
    if uniform:
        return {"distribution": "uniform", "lower": int(uniform[1]), "upper": int(uniform[2])}
    number = r"([0-9]+(?:\.[0-9]+)?)"
    lognormal = re.fullmatch(rf"lognormal:{number},{number}", text)
    if lognormal:
        return {"distribution": "lognormal", "median": float(lognormal[1]), "sigma": float(lognormal[2])}
    raise click.BadParameter(f"{text!r} is none: write milliseconds, as 200, 50-250 or lognormal:90,0.4.")


def _rate(text: str) -> dict[str, Any]:
    limit, mark, per = text.partition("/")
    if not mark or not limit.isdecimal() or not per:
        raise click.BadParameter(f"{text!r} is none: write requests and the time they have, as 10/60s.")
    return {"limit": int(limit), "per": per if not per[0].isalpha() else f"1{per}"}


def _header(text: str) -> tuple[str, str | None]:
    name, mark, value = text.partition(":")
    if not name.strip():
        raise click.BadParameter(f"{text!r} is none: write 'Name: value', or a name alone for its absence.")
    return name.strip(), value.strip() if mark else None


def _member(text: str) -> tuple[str, Any]:
    """`/pointer=value`: the value is JSON where it can be read as such, else text."""
    pointer, mark, value = text.partition("=")
    if not mark or (pointer and pointer[0] != "/"):
        raise click.BadParameter(f"{text!r} is none: write a JSON Pointer and a value, as /lines/0/sku=a1.")
    try:
        return pointer, json.loads(value)
    except ValueError:
        return pointer, value


def _read(parse: Callable[[str], Any]) -> Callable[..., Any]:
    """A callback that parses one value of an option, or each of several."""

    def parsed(_context: click.Context, _option: click.Parameter, value: Any) -> Any:
        if isinstance(value, tuple):
            return dict(parse(one) for one in value)
        return None if value is None else parse(value)

    return parsed


@fault.command(context_settings=ENVIRONMENT)
@click.argument("recipe", type=click.Choice(RECIPES), required=False)
@with_world
@click.option("--api", metavar="STEM", help="Only requests to that API.")
@click.option("--operation", metavar="ID", help="Only that operationId; meshmap.createGameSession too.")
@click.option("--caller", metavar="NAME", help="Only that caller, as the fixtures name it.")
@click.option("--path", metavar="PATTERN", help="Only those paths; * stands for any text.")
@click.option(
    "--header",
    "headers",
    metavar="'NAME: PATTERN'",
    multiple=True,
    callback=_read(_header),
    help="Only with that header; a name alone means without it.",
)
@click.option(
    "--body",
    metavar="/POINTER=VALUE",
    multiple=True,
    callback=_read(_member),
    help="Only with that value in a JSON body.",
)
@click.option("--nth", type=WholeNumber(1), metavar="N", help="Only the nth of them.")
@click.option("--rate", metavar="N/TIME", callback=_read(_rate), help="Only those beyond N in that time.")
@click.option("--probability", type=click.FloatRange(0, 1), metavar="P", help="Only that share of them.")
@click.option("--status", type=WholeNumber(200, 599), metavar="CODE", help="Answer that status.")
@click.option("--retry-after", type=WholeNumber(0), metavar="SECONDS", help="Say when to come again.")
@click.option(
    "--delay",
    "delay_ms",
    metavar="MS",
    callback=_read(_delay),
    help="Wait first: 200, 50-250 (uniform), lognormal:90,0.4 (median, sigma).",
)
@click.option("--bandwidth", type=WholeNumber(1), metavar="BYTES", help="Bytes of the body a second.")
@click.option("--drop", type=click.Choice(["empty", "reset", "half"]), help="Drop the connection.")
@click.option("--example", metavar="NAME", help="The contract's example of that name, with --status.")
@click.option("--count", type=WholeNumber(1), metavar="N", help="So often, then no more.")
def add(remote: Any, recipe: str | None, count: int | None, **given: Any) -> None:
    """Add a rule behind the others: a recipe, or what the options say, or both.

    \b
    mockade fault add flaky --operation createGameSession
    mockade fault add --status 429 --rate 5/10s --caller ada
    mockade fault add slow --path '/apps/*' --bandwidth 2000
    """
    match = {name: given[name] for name in CONDITIONS if given[name] not in (None, {})}
    do = {name: value for name, value in given.items() if name not in CONDITIONS and value is not None}
    if not do and recipe is None:
        raise click.UsageError(
            f"What is to happen? Name a recipe ({', '.join(RECIPES)}), or give --status, --delay, "
            "--bandwidth or --drop."
        )
    remote.look()  # a rule for a world that is not there would make it
    click.echo(_line(remote.faults.add(do or None, match or None, count, recipe=recipe)))


CONDITIONS = ("api", "operation", "caller", "path", "headers", "body", "nth", "rate", "probability")


@fault.command("list", context_settings=ENVIRONMENT)
@with_world
@click.option("--json", "as_json", is_flag=True, help="Print each rule as a line of JSON.")
def list_rules(remote: Any, as_json: bool) -> None:
    """Show the rules, in the order in which they are tried, and how often each applied."""
    remote.look()
    rules = remote.faults.list()
    for rule in rules:
        click.echo(json.dumps(rule, ensure_ascii=False) if as_json else _line(rule))
    if not rules:
        click.echo(f"The world {remote.world!r} has no faults.", err=True)


@fault.command(context_settings=ENVIRONMENT)
@click.argument("ids", type=WholeNumber(1), nargs=-1, metavar="[ID]...")
@with_world
def clear(remote: Any, ids: Sequence[int]) -> None:
    """Remove those rules, or all of them."""
    remote.look()
    if not ids:
        remote.faults.clear()
    for number in ids:
        remote.faults.remove(number)
    left = len(remote.faults.list())
    click.echo(f"The world {remote.world!r} has {counted(left, 'fault') if left else 'no faults'} now.")


def _line(rule: Mapping[str, Any]) -> str:
    """`1  operation=createGameSession probability=0.2 -> status=503  applied 2 of 9`."""
    match, do = (" ".join(f"{name}={_text(value)}" for name, value in rule[part].items()) for part in _PARTS)
    often = f"applied {rule['applied']} of {rule['matched']}"
    most = f", {rule['count']} at most" if rule["count"] is not None else ""
    return f"{rule['id']}  {match or 'every request'} -> {do}  {often}{most}"


_PARTS = ("match", "do")


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, separators=(",", ":"))
