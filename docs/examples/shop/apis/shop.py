"""Acme Shop: only what its contract cannot say."""

from mockade.dialects import Dialect, flat_error
from mockade.handling import Call, Collection, Refusal, Row, Switch

dialect = Dialect(errors=flat_error("message", "code"), component="Error")
collections = (Collection("widgets", holds="Widget"),)
behaviour = (
    Switch("selling_twice", "refuse", "What selling again does is not published.", ("refuse", "ignore")),
)


def create_widget(call: Call, body: Row) -> Row:
    """Owned by whoever made it."""
    return call.rows("widgets").add(
        {**body, "id": call.new_uuid(), "created": call.now()}, owner=call.caller.id
    )


def sell_widget(call: Call, widget_id: str) -> Row:
    widget = call.rows("widgets").get(widget_id)  # absent: a 404 in the dialect
    if widget.beside["owner"] != call.caller.id:
        raise Refusal(403, "not_yours", f"Widget {widget_id} is not yours to sell.")
    if widget["sold"] and call.behaviour["selling_twice"] == "refuse":
        raise Refusal(409, "sold", f"Widget {widget_id} was sold before.")
    return call.rows("widgets").change(widget_id, sold=True)
