"""PlayCamp: what its pages and its SDK say beyond the contract, and our guesses."""

from __future__ import annotations

from . import campaigns, sponsors
from .campaigns import list_coupon_packages, list_creator_coupons
from .coupons import (
    list_coupon_uses_of_user,
    redeem_coupon,
    validate_coupon_for_client,
    validate_coupon_for_server,
)
from .deliveries import delivery_retries, outbox
from .payments import (
    create_payment,
    create_payments,
    get_payment,
    list_payments_of_user,
    refund_payment,
)
from .playtime import record_playtime_session, record_playtime_sessions
from .rows import collections
from .sponsors import create_sponsor, delete_sponsor, list_sponsor_history, update_sponsor
from .switches import behaviour
from .webhooks import (
    create_webhook,
    delete_webhook,
    list_webhook_logs,
    list_webhooks,
    test_webhook,
    update_webhook,
)
from .webview import create_webview_token, webview_token_expires
from .wording import dialect

__all__ = [
    "behaviour",
    "collections",
    "create_payment",
    "create_payments",
    "create_sponsor",
    "create_webhook",
    "create_webview_token",
    "delete_sponsor",
    "delete_webhook",
    "dialect",
    "get_campaign_for_client",
    "get_campaign_for_server",
    "get_creator_for_client",
    "get_creator_for_server",
    "get_payment",
    "list_campaign_creators_for_client",
    "list_campaign_creators_for_server",
    "list_campaigns_for_client",
    "list_campaigns_for_server",
    "list_coupon_packages",
    "list_coupon_uses_of_user",
    "list_creator_coupons",
    "list_payments_of_user",
    "list_sponsor_history",
    "list_sponsors_for_client",
    "list_sponsors_for_server",
    "list_webhook_logs",
    "list_webhooks",
    "outbox",
    "pure",
    "record_playtime_session",
    "record_playtime_sessions",
    "redeem_coupon",
    "refund_payment",
    "search_creators_for_client",
    "search_creators_for_server",
    "test_webhook",
    "timeline",
    "update_sponsor",
    "update_webhook",
    "validate_coupon_for_client",
    "validate_coupon_for_server",
]

# What both sides read is the same; which key may read it on which path stands in the contract.
list_campaigns_for_client = list_campaigns_for_server = campaigns.list_campaigns
get_campaign_for_client = get_campaign_for_server = campaigns.get_campaign
list_campaign_creators_for_client = campaigns.list_campaign_creators
list_campaign_creators_for_server = campaigns.list_campaign_creators
search_creators_for_client = search_creators_for_server = campaigns.search_creators
get_creator_for_client = get_creator_for_server = campaigns.get_creator
list_sponsors_for_client = list_sponsors_for_server = sponsors.list_sponsors

pure = True

timeline = (delivery_retries, webview_token_expires)
