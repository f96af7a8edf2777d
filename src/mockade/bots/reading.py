"""A script's file, read and held against the contracts: all that is wrong is told, with its line."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from mockade.bots.contracts import Contracts
from mockade.bots.findings import Findings
from mockade.bots.roster import read_roster
from mockade.bots.script import Call, Roster, Script, calls, every_step, takes_time
from mockade.bots.steps import StepReader
from mockade.contract.lines import Lines
from mockade.contract.reading import read
from mockade.errors import shown_path
from mockade.hints import did_you_mean

MEMBERS = ("players", "steps", "leave")
"""Of a script; beside them stands what begins with x-, for anchors."""


def read_script(path: Path, contracts: Contracts) -> Script:
    """Raises SetupError with all that is wrong with the file at `path`."""
    file = shown_path(path)
    data, text = read(path, file)
    findings = Findings(Lines(text, file))
    if not isinstance(data, dict):
        findings.report((), "A script is an object.", "Begin with `players:` and `steps:`.")
        raise findings.error()
    for name in data:
        if name not in MEMBERS and not name.startswith("x-"):
            findings.report((name,), f"A script has no member {name!r}.", did_you_mean(name, MEMBERS))
    roster = read_roster(data.get("players"), contracts, findings)
    reader = StepReader(contracts, findings)
    steps = reader.steps(data.get("steps"), ("steps",))
    leave = reader.steps(data["leave"], ("leave",)) if data.get("leave") is not None else []
    if any(map(takes_time, every_step(leave))):
        message = "Who leaves does so at once: `leave` has no `wait`, and no `repeat` for ever."
        findings.report(("leave",), message)
    reader.report_unknown_outputs()
    called = calls([*steps, *leave])
    if steps and not findings and not called:
        findings.report(("steps",), "No step calls anything.", "Add one with an `operationId`.")
    _report_credentials(called, roster, contracts, findings)
    if findings:
        raise findings.error()
    return Script(file, roster, steps, leave)


def _report_credentials(
    made: Sequence[Call], roster: Roster, contracts: Contracts, findings: Findings
) -> None:
    """Report the calls for which nothing in the script gives a credential."""
    held = {*roster.credentials, *(name for call in made for name in call.credentials)}
    for call in made:
        if contracts.carried(call.operation, held) is None:
            names = contracts.needs(call.operation)
            message = f"{call.operation.id} asks for a credential, and the players have none that it takes."
            mend = f"Add to `players`:  credentials: {{{names[0]}: …}}" if names else ""
            findings.report(call.place, message, mend)
