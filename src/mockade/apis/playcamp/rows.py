"""What PlayCamp keeps, and how it is found; every row has its `project` beside it."""

from __future__ import annotations

from mockade.handling import Collection, Row, joined_key

from .deliveries import waiting


def _event(webhook: Row) -> list[str]:
    """The event of its project that a webhook is to be sent: none when it is switched off."""
    return [f"{webhook.beside['project']}/{webhook['eventType']}"] if webhook["isActive"] else []


def _project(row: Row) -> list[str]:
    return [row.beside["project"]]


collections = (
    Collection(
        "campaigns",
        holds="Campaign",
        key=lambda row: f"{row.beside['project']}/{row['campaignId']}",
        indexes={
            "project": _project,
            "running": lambda row: _project(row) if row["status"] == "IN_PROGRESS" else [],
        },
        absent=("NOT_FOUND", "Campaign not found"),
    ),
    Collection(
        "creators",
        holds="Creator",
        key=lambda row: f"{row.beside['project']}/{row['creatorKey']}",
        indexes={"project": _project},
        absent=("NOT_FOUND", "Creator not found"),
    ),
    Collection(
        "packages",
        holds="CouponPackage",
        key=lambda row: f"{row.beside['project']}/{row['packageId']}",
        indexes={"campaign": lambda row: [f"{row.beside['project']}/{row.beside.get('campaign', '')}"]},
    ),
    Collection(
        "coupons",
        holds="Coupon",
        key=lambda row: f"{row.beside['project']}/{row['code']}",
        indexes={"creator": lambda row: [f"{row.beside['project']}/{row['creatorKey']}"]},
    ),
    Collection(
        "coupon-usages",
        holds="CouponUsage",
        key=lambda row: f"{row.beside['project']}/{row['id']}",
        indexes={
            "id": lambda row: [row["id"]],
            "user": lambda row: [f"{row.beside['project']}/{row['userId']}"],
            "code": lambda row: [(row.beside["project"], row["couponCode"], row["userId"])],
            "package": lambda row: [(row.beside["project"], row["packageId"])],
            "user-package": lambda row: [(row.beside["project"], row["packageId"], row["userId"])],
        },
    ),
    Collection(
        "sponsors",
        holds="Sponsor",
        key=lambda row: joined_key((row.beside["project"], row["campaignId"], row["userId"])),
        absent=("NOT_FOUND", "Sponsor not found"),
    ),
    Collection(
        "sponsor-history",
        holds="SponsorHistory",
        key=lambda row: f"{row.beside['project']}/{row['id']}",
        indexes={
            "id": lambda row: [row["id"]],
            "user": lambda row: [f"{row.beside['project']}/{row['userId']}"],
        },
    ),
    Collection("webview-tokens", holds="WebviewToken", key="ott"),
    Collection(
        "playtime-sessions",
        holds="PlaytimeSession",
        key=lambda row: f"{row.beside['project']}/{row['sessionId']}",
    ),
    # No row rests in these two: through them the items of a bulk are held against the contract.
    Collection("playtime-reports", holds="CreatePlaytimeSession", key="sessionId"),
    Collection("payment-requests", holds="CreatePayment", key="transactionId"),
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
            "webhook": lambda row: [f"{row.beside['project']}/{row['webhookId']}"],
        },
    ),
)
