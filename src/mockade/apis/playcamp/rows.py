"""What PlayCamp keeps, and how it is found; every row has its `project` beside it."""

from __future__ import annotations

from collections.abc import Callable

from mockade.handling import Collection, Row, joined_key

from .deliveries import waiting


def _event(webhook: Row) -> list[str]:
    """The event of its project that a webhook is to be sent: none when it is switched off."""
    return [f"{webhook.beside['project']}/{webhook['eventType']}"] if webhook["isActive"] else []


def _project(row: Row) -> list[str]:
    return [row.beside["project"]]


def _in_project(name: str) -> Callable[[Row], str]:
    """The key of rows that a property tells apart within their project."""
    return lambda row: f"{row.beside['project']}/{row[name]}"


def _by(name: str) -> Callable[[Row], list[str]]:
    """The index of rows by a property, within their project."""
    key = _in_project(name)
    return lambda row: [key(row)]


collections = (
    Collection(
        "campaigns",
        holds="Campaign",
        key=_in_project("campaignId"),
        indexes={
            "project": _project,
            "running": lambda row: _project(row) if row["status"] == "IN_PROGRESS" else [],
        },
        absent=("NOT_FOUND", "Campaign not found"),
    ),
    Collection(
        "creators",
        holds="Creator",
        key=_in_project("creatorKey"),
        indexes={"project": _project},
        absent=("NOT_FOUND", "Creator not found"),
    ),
    Collection(
        "packages",
        holds="CouponPackage",
        key=_in_project("packageId"),
        indexes={"campaign": lambda row: [f"{row.beside['project']}/{row.beside.get('campaign', '')}"]},
    ),
    Collection(
        "coupons",
        holds="Coupon",
        key=_in_project("code"),
        indexes={"creator": _by("creatorKey")},
    ),
    Collection(
        "coupon-usages",
        holds="CouponUsage",
        key=_in_project("id"),
        indexes={
            "id": lambda row: [row["id"]],
            "user": _by("userId"),
            "code": lambda row: [(row.beside["project"], row["couponCode"], row["userId"])],
            "package": lambda row: [(row.beside["project"], row["packageId"])],
            "user-package": lambda row: [(row.beside["project"], row["packageId"], row["userId"])],
        },
    ),
    Collection(
        "sponsors",
        holds="Sponsor",
        key=lambda row: joined_key((row.beside["project"], row["campaignId"], row["userId"])),
        indexes={"user": _by("userId")},
        absent=("NOT_FOUND", "Sponsor not found"),
    ),
    Collection(
        "sponsor-history",
        holds="SponsorHistory",
        key=_in_project("id"),
        indexes={
            "id": lambda row: [row["id"]],
            "user": _by("userId"),
        },
    ),
    Collection("webview-tokens", holds="WebviewToken", key="ott"),
    Collection(
        "playtime-sessions",
        holds="PlaytimeSession",
        key=_in_project("sessionId"),
    ),
    # No row rests in these two: through them the items of a bulk are held against the contract.
    Collection("playtime-reports", holds="CreatePlaytimeSession", key="sessionId"),
    Collection("payment-requests", holds="CreatePayment", key="transactionId"),
    Collection(
        "payments",
        holds="Payment",
        key=_in_project("transactionId"),
        indexes={
            "id": lambda row: [row["id"]],
            "user": _by("userId"),
        },
        absent=("NOT_FOUND", "Payment not found"),
    ),
    Collection(
        "webhooks",
        holds="Webhook",
        key=_in_project("id"),
        indexes={
            "id": lambda row: [row["id"]],
            "project": _project,
            "event": _event,
        },
        absent=("NOT_FOUND", "Webhook not found"),
    ),
    Collection(
        "webhook-logs",
        holds="WebhookLog",
        indexes={
            "waiting": waiting,
            "webhook": _by("webhookId"),
        },
    ),
)
