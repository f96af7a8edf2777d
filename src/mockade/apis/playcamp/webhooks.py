"""Webhooks: the URLs that a project's events are sent to, and their deliveries."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockade.handling import Call, Row

from .events import payload, sample
from .numbers import new_secret, next_number
from .projects import in_project, project_of


def list_webhooks(call: Call) -> dict[str, Any]:
    """All of the project, without paging (observed), the oldest first (assumed)."""
    return {"data": list(call.rows("webhooks").where("project", project_of(call)))}


def create_webhook(call: Call, body: dict[str, Any]) -> dict[str, Any]:
    """The secret is in this answer alone (documented); one URL may be registered again (assumed)."""
    webhooks = call.rows("webhooks")
    secret = new_secret(call)
    now = call.now()
    webhook = {
        "id": next_number(webhooks),
        "projectId": project_of(call),
        "eventType": body["eventType"],
        "url": body["url"],
        "isActive": True,
        "retryCount": body["retryCount"],
        "timeoutMs": body["timeoutMs"],
        "createdAt": now,
        "updatedAt": now,
    }
    return {"data": {**webhooks.add(webhook, project=project_of(call), secret=secret), "secret": secret}}


def update_webhook(call: Call, id: int, body: dict[str, Any]) -> dict[str, Any]:
    """What is not given stays (inferred); what waits to be sent goes where it was to go (assumed)."""
    new = {name: body[name] for name in ("url", "isActive", "retryCount", "timeoutMs") if name in body}
    return {"data": call.rows("webhooks").change(in_project(call, id), **new, updatedAt=call.now())}


def delete_webhook(call: Call, id: int) -> None:
    """Its log goes with it, and so does what was still to be sent (assumed)."""
    call.rows("webhooks").remove(in_project(call, id))
    deliveries = call.rows("webhook-logs")
    for delivery in list(deliveries.where("webhook", in_project(call, id))):
        deliveries.remove(delivery.key)


def list_webhook_logs(call: Call, id: int) -> dict[str, Any]:
    """What was sent or is to be sent, without paging (observed), the newest first (assumed)."""
    webhook = call.rows("webhooks").get(in_project(call, id))
    return {"data": list(call.rows("webhook-logs").where("webhook", webhook.key))[::-1]}


def test_webhook(call: Call, id: int) -> dict[str, Any]:
    """An event of its kind that nobody caused, also to one that is switched off (assumed).

    It goes out after this answer, as all events do, so the receiver's is not known yet: the log has it.
    """
    webhook = call.rows("webhooks").get(in_project(call, id))
    event = webhook["eventType"]
    _write(call, webhook, payload(event, sample(event), timestamp=call.now(), is_test=True))
    success = call.behaviour["webhook_test_success"]
    return {"data": {"success": success, "responseStatus": None, "responseBody": None}}


def announce(
    call: Call, event: str, data: Mapping[str, Any], *, callback_id: str | None, is_test: bool
) -> None:
    """Add the deliveries of an event: one for each active webhook that subscribed to it.

    A delivery is a row of the vendor's log, PENDING. Where it is to go, `url`, and how long its receiver may
    take, `timeoutMs`, are kept beside it as they are now.
    """
    if is_test and not call.behaviour["test_sends_events"]:
        return
    batch = payload(event, data, timestamp=call.now(), callback_id=callback_id, is_test=is_test)
    for webhook in call.rows("webhooks").where("event", in_project(call, event)):
        _write(call, webhook, batch)


def _write(call: Call, webhook: Row, batch: dict[str, Any]) -> None:
    call.rows("webhook-logs").add(
        {
            "id": call.new_uuid(),
            "webhookId": webhook["id"],
            "eventType": webhook["eventType"],
            "payload": batch,
            "responseStatus": None,
            "responseBody": None,
            "attempt": 0,
            "status": "PENDING",
            "createdAt": call.now(),
            "completedAt": None,
            "nextRetryAt": None,
            "maxAttempts": webhook["retryCount"] + 1,
        },
        project=project_of(call),
        url=webhook["url"],
        timeoutMs=webhook["timeoutMs"],
    )
