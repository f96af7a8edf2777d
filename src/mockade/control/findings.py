"""Control: what is wrong with an API, as `mockade validate` says it."""

from __future__ import annotations

from mockade.catalogue.api import Api
from mockade.control.call import ControlCall
from mockade.handling import Reply
from mockade.worlds.slices import Slices

MOST_FINDINGS = 500

LARGEST_CHECKED = 1024 * 1024
"""Bytes of a contract up to which it is checked while others wait: a tenth of a second or two."""

_SEVERITIES = ("error", "warning", "info")


def list_findings(call: ControlCall, api: str) -> Slices[Reply]:
    return _found(call.running.apis.get(api) or call.api(api))


def _found(api: Api) -> Slices[Reply]:
    from mockade.validation.served import served_findings

    document = api.contract.document
    known = document.memo(list_findings)
    is_whole = sum(path.stat().st_size for path in document.paths() if path.exists()) <= LARGEST_CHECKED
    if api.stem not in known and is_whole:
        known[api.stem] = yield from served_findings(api)
    found = known[api.stem] if is_whole else dict.fromkeys([*api.contract.findings, *api.findings])
    ordered = sorted(found, key=lambda one: (_SEVERITIES.index(one.severity), one.place))
    told = [
        {
            "place": str(one.place),
            "rule": one.rule,
            "severity": one.severity,
            "message": one.message,
            "mend": one.mend,
        }
        for one in ordered[:MOST_FINDINGS]
    ]
    return Reply({"findings": told, "whole": is_whole and len(ordered) <= MOST_FINDINGS})
