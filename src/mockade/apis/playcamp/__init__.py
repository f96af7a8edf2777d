"""PlayCamp: what its pages and its SDK say beyond the contract, and our guesses."""

from __future__ import annotations

from mockade.handling import Collection, Row, Switch

from .deliveries import delivery_retries, outbox, waiting
from .payments import (
    create_payment,
    get_payment,
    list_payments_of_user,
    refund_payment,
)
from .playtime import record_playtime_session, record_playtime_sessions
from .webhooks import (
    create_webhook,
    delete_webhook,
    list_webhook_logs,
    list_webhooks,
    update_webhook,
)
from .wording import dialect

__all__ = [
    "behaviour",
    "collections",
    "create_payment",
    "create_webhook",
    "delete_webhook",
    "dialect",
    "get_payment",
    "list_payments_of_user",
    "list_webhook_logs",
    "list_webhooks",
    "outbox",
    "pure",
    "record_playtime_session",
    "record_playtime_sessions",
    "refund_payment",
    "timeline",
    "update_webhook",
]


pure = True


def _event(webhook: Row) -> list[str]:
    """The event of its project that a webhook is to be sent: none when it is switched off."""
    return [f"{webhook.beside['project']}/{webhook['eventType']}"] if webhook["isActive"] else []


collections = (
    Collection(
        "playtime-sessions",
        holds="PlaytimeSession",
        key=lambda row: f"{row.beside['project']}/{row['sessionId']}",
    ),
    # No row rests here: through it the items of a bulk are held against what the contract says of a report.
    Collection("playtime-reports", holds="CreatePlaytimeSession", key="sessionId"),
    Collection(
        "payments",
        holds="Payment",
        key=lambda row: f"{row.beside['project']}/{row['transactionId']}",
        indexes={
            "id": lambda row: [row["id"]],
            "user": lambda row: [f"{row.beside['project']}/{row['userId']}"],
        },
        absent=("NOT_FOUND", "Payment not found"),
    ),
    Collection(
        "webhooks",
        holds="Webhook",
        key=lambda row: f"{row.beside['project']}/{row['id']}",
        indexes={
            "id": lambda row: [row["id"]],
            "project": lambda row: [row.beside["project"]],
            "event": _event,
        },
        absent=("NOT_FOUND", "Webhook not found"),
    ),
    Collection(
        "webhook-logs",
        holds="WebhookLog",
        indexes={
            "waiting": waiting,
            "webhook": lambda row: [f"{row.beside['project']}/{row['webhookId']}"],
        },
    ),
)

timeline = (delivery_retries,)

behaviour = (
    Switch(
        "success_status",
        201,
        "The page prints a success without a number; sibling creates answer 201, and the SDK takes any 2xx.",
        (201, 200),
    ),
    Switch(
        "repeat_answers",
        "stored",
        "The first record stays (documented), so its values and time are told; sent tells the repeat's.",
        ("stored", "sent"),
    ),
    Switch(
        "test_is_recorded",
        True,
        "Test answers are said to be realistic, so `recorded` is true although nothing is kept.",
    ),
    Switch(
        "unknown_campaign_or_creator",
        "accept",
        "A 404 is documented for sponsors only; refuse answers it for what the key does not list.",
        ("accept", "refuse"),
    ),
    Switch(
        "payments_order",
        "newest",
        "A user's payments come in pages, in which order is not published.",
        ("newest", "oldest"),
    ),
    Switch(
        "refund_status",
        200,
        "The page prints a success without a number; nothing is created, and the SDK takes any 2xx.",
        (200, 201),
    ),
    Switch(
        "unrefundable",
        409,
        "What a second refund is told is not published; a second payment is 409, a sponsor too soon 400.",
        (409, 400),
    ),
    Switch(
        "test_sends_events",
        True,
        "A test keeps nothing (documented); yet an event can say that it is of one (SDK), so there are such.",
    ),
    Switch(
        "webhook_signature",
        "body",
        "The guide signs the body alone; the SDK also takes a signature that names its moment.",
        ("body", "timestamped"),
    ),
    Switch(
        "retry_after",
        10,
        "How long a webhook waits to be tried again is not published: seconds, doubled with every try.",
    ),
)
