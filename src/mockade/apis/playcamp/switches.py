"""The switches of PlayCamp: each guessed behaviour with its reason and alternatives."""

from __future__ import annotations

from mockade.handling import Switch, at_least

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
        "A 404 is documented for sponsors only; refuse answers it for what the project has not.",
        ("accept", "refuse"),
    ),
    Switch(
        "payments_order",
        "newest",
        "A user's payments come in pages, in which order is not published.",
        ("newest", "oldest"),
    ),
    Switch(
        "lists_order",
        "newest",
        "Campaigns, used coupons and what became of sponsors come in pages, in which order is not published.",
        ("newest", "oldest"),
    ),
    Switch(
        "unusable_coupon_status",
        200,
        "A newer guide answers 200 and says that the coupon is not valid, an older one has 400.",
        (200, 400),
    ),
    Switch(
        "creators_of_campaign_only",
        True,
        "An unknown creator is a documented 404; whether one of another campaign is one is not.",
    ),
    Switch(
        "webhook_test_success",
        True,
        "A test goes out after its call is answered; what became of it is in the log, not in the answer.",
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
        vet=at_least(0),
    ),
)
