"""A report as SARIF 2.1.0: each issue at its line of the contract, with the exchange that showed it."""

from __future__ import annotations

import hashlib
from http.client import responses
from typing import Any

from mockade import __version__
from mockade.contract.traffic_rules import TRAFFIC_RULES
from mockade.reports.entries import called_target
from mockade.reports.issues import TITLES, Issue, issues
from mockade.reports.json import json_text
from mockade.reports.locations import BUNDLED, SOURCE, Locations
from mockade.reports.model import Entry, Report
from mockade.validation.rules import RULES

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
HELP = "https://github.com/mockade/mockade/blob/main/docs"

_LEVELS = {"error": "error", "warning": "warning", "info": "note"}


def render(report: Report) -> str:
    return json_text(log(report))


def log(report: Report, locations: Locations | None = None) -> dict[str, Any]:
    """The SARIF log, of one run."""
    locations = locations or Locations()
    found = list(issues(report))
    files = {api.name: api.contract for api in report.apis}
    any_file = next(iter(files.values()), "")
    results = [_result(one, locations, files.get(one.api, any_file)) for one in found]
    rules = sorted({one.rule for one in found})
    for result in results:
        result["ruleIndex"] = rules.index(result["ruleId"])
    bases: dict[str, Any] = {
        SOURCE: {"description": {"text": "The root of the repository."}},
        BUNDLED: {"description": {"text": "The files that come with Mockade."}},
        **{name: {"uri": folder} for name, folder in locations.bases()},
    }
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "Mockade",
                        "semanticVersion": __version__,
                        "rules": [_rule(one) for one in rules],
                    }
                },
                "automationDetails": {"id": f"mockade/{report.command}/"},
                "columnKind": "unicodeCodePoints",
                "originalUriBaseIds": bases,
                "results": results,
                "properties": {
                    "failed": report.failed,
                    "requests": report.requests,
                    "coverage": report.coverage["totals"] if report.coverage else {},
                },
            }
        ],
    }


def _rule(rule: str) -> dict[str, Any]:
    known = RULES.get(rule)
    if known is not None:
        return {"id": rule, "shortDescription": {"text": known.what}, "help": {"text": known.mend}}
    where, _, keyword = rule.partition("/")
    if where == "coverage":
        return {"id": rule, "shortDescription": {"text": f"Too little of the {keyword.replace('_', ' ')}."}}
    if rule == "empty":
        return {"id": rule, "shortDescription": {"text": "A run, or a shard of it, without a request."}}
    text = TRAFFIC_RULES.get(keyword) or next((title for kind, title in TITLES.items() if kind == rule), "")
    return {"id": rule, "shortDescription": {"text": text or f"`{keyword}` in the {where} of an exchange."}}


def _result(issue: Issue, locations: Locations, file: str) -> dict[str, Any]:
    """`file` is the contract: GitHub takes no results without a file and a line."""
    result: dict[str, Any] = {
        "ruleId": issue.rule,
        "level": _LEVELS[issue.severity],
        "message": {"text": _message(issue)},
        "occurrenceCount": issue.count,
        "properties": {"fails": issue.fails},
    }
    uri = ""
    location: dict[str, Any] = {}
    if issue.place.file or file:
        at = locations.of(issue.place.file or file)
        uri = f"{at.base}/{at.uri}"
        region = {"startLine": max(issue.place.line, 1), "startColumn": max(issue.place.column, 1)}
        artifact = {"uri": at.uri, "uriBaseId": at.base}
        location["physicalLocation"] = {"artifactLocation": artifact, "region": region}
    if issue.operation:
        location["logicalLocations"] = [{"fullyQualifiedName": issue.operation, "kind": "function"}]
    if location:
        result["locations"] = [location]
    result["partialFingerprints"] = {"mockade/v1": _fingerprint((*issue.identity, uri))}
    if issue.first is not None and issue.first["request"]:
        result["webRequest"] = _request(issue.first)
        result["webResponse"] = _response(issue.first)
    return result


def _message(issue: Issue) -> str:
    text = f"{issue.message} {issue.mend}".rstrip()
    return f"{issue.operation}: {text}" if issue.operation else text


def _fingerprint(identity: tuple[str, ...]) -> str:
    # With its length before each, so that no two identities are one text.
    text = "".join(f"{len(one)}:{one}" for one in identity)
    return hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()[:32]


def _request(entry: Entry) -> dict[str, Any]:
    request = entry["request"]
    found = {
        "protocol": "http",
        "version": "1.1",
        "method": request["method"],
        "target": called_target(entry),
        "headers": request.get("headers", {}),
    }
    return found | _body(entry, "request")


def _response(entry: Entry) -> dict[str, Any]:
    response = entry["response"] or {}
    status = response.get("status")
    if not status:
        return {"noResponseReceived": True}
    found = {
        "protocol": "http",
        "version": "1.1",
        "statusCode": status,
        "reasonPhrase": responses.get(status, ""),
        "headers": response.get("headers", {}),
    }
    return found | _body(entry, "response")


def _body(entry: Entry, part: str) -> dict[str, Any]:
    told = entry[part] or {}
    body = told.get("body")
    left_out = entry.get("left_out", {}).get(f"{part}_body")
    if left_out:
        return {"properties": {"bodyBytesLeftOut": left_out}}
    if body is None:
        return {}
    if "body_base64" in told:
        return {"body": {"binary": told["body_base64"]}}
    return {"body": {"text": body if isinstance(body, str) else json_text(body, indent=None)}}
