"""Why a `$ref` cannot be followed, and what mends it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from mockade.contract.location import Location
from mockade.contract.references import ROOT, stays_inside, steps
from mockade.hints import did_you_mean, nearest

_POINTERS = ("/components/", "/definitions/", "/parameters/", "/paths/", "/responses/")
"""How a pointer into the document itself begins that lacks its `#`."""


class RefProblem(NamedTuple):
    """Without a message it is reported elsewhere."""

    message: str = ""
    mend: str = ""


def unread(location: Location, uri: str, ref: str, target: str) -> RefProblem | None:
    """Why the file at `target`, which `ref` in the file at `uri` names, is not read."""
    path = location.path(target)
    outside = not location.contains(path)
    there = not outside and path.is_file()
    if "://" in ref or not target.startswith(ROOT):
        return RefProblem(
            f"$ref {ref!r} leads to the network, which is never asked.",
            "Copy the file into the contract's folder and refer to it by a relative path.",
        )
    if outside or not stays_inside(uri, ref):
        mend = "Move the file into that folder, or start Mockade in one that holds both."
        if location.root in path.resolve().parents:
            mend = "Only .yaml, .yml and .json files of other folders are read."
        return RefProblem(f"$ref {ref!r} leads out of {location.limit}.", mend)
    if not there and ref.startswith(_POINTERS):
        return RefProblem(f"$ref {ref!r} names a file that is not there.", f"Did you mean {'#' + ref!r}?")
    if not there and ref.startswith("/"):
        message = f"$ref {ref!r} is an absolute path, which is never read."
        return RefProblem(message, "Refer to a file of the contract's folder by a relative path.")
    if not there and path.exists():
        return RefProblem(
            f"$ref {ref!r} leads to what is no file.", "Name an OpenAPI document or a part of one."
        )
    if not there:
        beside = [one.name for one in path.parent.iterdir()] if path.parent.is_dir() else []
        match = nearest(path.name, beside)
        mend = f"Did you mean {match!r}?" if match else ""
        return RefProblem(f"$ref {ref!r} names a file that is not there.", mend)
    return None


def missing(value: Any, fragment: str, ref: str) -> RefProblem | None:
    """The step at which a `$ref` leads nowhere in the data of its file."""
    for step in steps(fragment):
        below = child(value, step)
        if below is None:
            known: Sequence[str] = list(value) if isinstance(value, dict) else ()
            message = f"$ref {ref!r} leads nowhere: there is no {step!r}."
            return RefProblem(message, did_you_mean(step, known))
        _, value = below
    return None


def child(value: Any, step: str) -> tuple[str | int, Any] | None:
    """The key or position that a pointer's step means in `value`, and what stands there."""
    if isinstance(value, list) and step.isdecimal() and int(step) < len(value):
        return int(step), value[int(step)]
    return (step, value[step]) if isinstance(value, dict) and step in value else None
