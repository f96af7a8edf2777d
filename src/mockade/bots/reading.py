"""A script's file, read and held against the contracts: all that is wrong is told, with its line."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from mockade.bots.contracts import Contracts
from mockade.bots.roster import read_roster
from mockade.bots.script import Repeat, Roster, Script, Step, Wait, calls
from mockade.bots.steps import StepReader
from mockade.contract.reading import Lines, read
from mockade.errors import Finding, SetupError, shown_path
from mockade.hints import did_you_mean

MEMBERS = ("players", "steps", "leave")
"""Of a script; beside them stands what begins with x-, for anchors."""

Pointer = tuple[str | int, ...]

Report = Callable[..., None]
"""Takes the pointer of what is wrong, a sentence, and what to do."""


def read_script(path: Path, contracts: Contracts) -> Script:
    """Raises SetupError with all that is wrong with the file at `path`."""
    file = shown_path(path)
    data, text = read(path, file)
    lines = Lines(text, file)
    findings: list[Finding] = []

    def report(pointer: Pointer, message: str, mend: str = "") -> None:
        findings.append(Finding(lines.place(pointer), message, mend, "script"))

    if not isinstance(data, dict):
        report((), "A script is an object.", "Begin with `players:` and `steps:`.")
        raise SetupError(findings)
    for name in data:
        if name not in MEMBERS and not name.startswith("x-"):
            report((name,), f"A script has no member {name!r}.", did_you_mean(name, MEMBERS))
    roster = read_roster(data.get("players"), contracts, report, lines.place)
    reader = StepReader(contracts, report, lines.place)
    steps = reader.steps(data.get("steps"), ("steps",))
    leave = reader.steps(data["leave"], ("leave",)) if data.get("leave") is not None else []
    if any(_lasts(step) for step in leave):
        report(("leave",), "Who leaves does so at once: `leave` has no `wait`, and no `repeat` for ever.")
    reader.report_unknown_outputs()
    if steps and not findings and not calls([*steps, *leave]):
        report(("steps",), "No step calls anything.", "Add one with an `operationId`.")
    _report_credentials([*steps, *leave], roster, contracts, report, reader.pointers)
    if findings:
        raise SetupError(sorted(dict.fromkeys(findings), key=lambda one: (one.place.line, one.place.column)))
    return Script(file, roster, steps, leave)


def _lasts(step: Step) -> bool:
    """Whether a step of `leave`, or one in it, takes time."""
    if isinstance(step, Wait):
        return True
    if isinstance(step, Repeat) and step.times is None:
        return True
    below = [*getattr(step, "steps", ()), *getattr(step, "otherwise", ())]
    return any(map(_lasts, below))


def _report_credentials(
    steps: list[Step], roster: Roster, contracts: Contracts, report: Report, pointers: Mapping[int, Pointer]
) -> None:
    """Report the calls for which nothing in the script gives a credential."""
    made = calls(steps)
    held = {*roster.credentials, *(name for call in made for name in call.credentials)}
    for call in made:
        if contracts.carried(call.operation, held) is None:
            names = contracts.needs(call.operation)
            message = f"{call.operation.id} asks for a credential, and the players have none that it takes."
            mend = f"Add to `players`:  credentials: {{{names[0]}: …}}" if names else ""
            report(pointers[id(call)], message, mend)
