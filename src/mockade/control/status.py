"""Control: what is served, and whether it is up."""

from __future__ import annotations

from typing import Any

from mockade import __version__
from mockade.catalogue.answerers import Kind
from mockade.catalogue.api import Api
from mockade.catalogue.contract_answers import without_generated
from mockade.control.call import ControlCall
from mockade.settings import Settings


def get_health(call: ControlCall) -> dict[str, Any]:  # noqa: ARG001  # every handler takes the call
    return {"status": "ok", "version": __version__}


def get_readiness(call: ControlCall) -> dict[str, Any]:
    return {"status": "ready", "apis": list(call.running.apis)}


def list_apis(call: ControlCall) -> dict[str, Any]:
    running = call.running
    return {
        "apis": [
            {
                "name": stem,
                "title": api.contract.title,
                "base_urls": list(running.base_paths[stem]),
                "operations": [
                    {
                        "operation": operation.id,
                        "method": operation.method,
                        "path": operation.path,
                        "answered_by": answerer_kind(api, operation.id, running.settings),
                    }
                    for operation in api.contract.operations
                ],
            }
            for stem, api in running.apis.items()
        ]
    }


def answerer_kind(api: Api, operation: str, settings: Settings) -> Kind:
    answerer = api.answerers[operation]
    return (answerer if settings.generates else without_generated(answerer)).kind
