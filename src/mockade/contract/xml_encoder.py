"""Values as XML, by what the `xml` object of their schemas says."""

from __future__ import annotations

from typing import Any, NamedTuple
from xml.etree.ElementTree import Element, SubElement, tostring

from mockade.contract.document import Node
from mockade.contract.keywords import PARTS
from mockade.contract.schema_walk import parts


class _Name(NamedTuple):
    """The name of an element or an attribute; a prefix without a namespace means nothing in XML."""

    local: str
    prefix: str = ""
    namespace: str = ""

    @property
    def qualified(self) -> str:
        return f"{self.prefix}:{self.local}" if self.prefix and self.namespace else self.local

    def declare(self, element: Element) -> None:
        """Say on an element what the prefix stands for."""
        if self.namespace:
            element.set(f"xmlns:{self.prefix}" if self.prefix else "xmlns", self.namespace)


def xml_body(schema: Node, value: Any) -> bytes:
    """The value as a document in UTF-8. The root is called as `xml.name` or the component says."""
    name = _naming(schema, schema.component_name or "root")
    root = Element(name.qualified)
    name.declare(root)
    if isinstance(value, list):
        item = _below(schema, "items")
        for one in value:
            _fill(_element(root, _naming(item, "item") if item is not None else _Name("item")), item, one)
    else:
        _fill(root, schema, value)
    text: str = tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}'.encode()


def _element(parent: Element, name: _Name) -> Element:
    element = SubElement(parent, name.qualified)
    name.declare(element)
    return element


def _fill(element: Element, schema: Node | None, value: Any) -> None:
    """Put a value into its element: members as attributes or elements, anything else as text."""
    if isinstance(value, dict):
        for name, member in value.items():
            _add(element, _below(schema, "properties", name) if schema else None, name, member)
    elif isinstance(value, list):
        item = _below(schema, "items") if schema else None
        for one in value:
            _add(element, item, "item", one)
    elif value is not None:
        element.text = _text(value)


def _add(element: Element, schema: Node | None, name: str, value: Any) -> None:
    """Put a member into the element of its object."""
    called = _naming(schema, name) if schema else _Name(_sound(name))
    if schema is not None and _says(schema, "attribute") and not isinstance(value, dict | list):
        if value is not None:
            if called.prefix:  # a namespace without one is never that of an attribute
                called.declare(element)
            element.set(called.qualified, _text(value))
        return
    if not isinstance(value, list):
        _fill(_element(element, called), schema, value)
        return
    item = _below(schema, "items") if schema else None
    inner = called
    if schema is not None and _says(schema, "wrapped"):
        element = _element(element, called)
        inner = _naming(item, name) if item is not None else _Name(_sound(name))
    elif item is not None and _xml(item).get("name"):
        inner = _naming(item, name)
    for one in value:
        _fill(_element(element, inner), item, one)


def _below(schema: Node, *steps: str) -> Node | None:
    """What stands under `steps` of a schema, or of one of its parts."""
    found = (part.get(*steps) for part in parts(schema, *PARTS))
    return next((one for one in found if one is not None), None)


def _xml(schema: Node) -> dict[str, Any]:
    found = _below(schema, "xml")
    return found.value if found is not None and isinstance(found.value, dict) else {}


def _says(schema: Node, key: str) -> bool:
    # `nodeType` is how OpenAPI 3.2 says it.
    words = _xml(schema)
    node_type = {"attribute": "attribute", "wrapped": "element"}[key]
    is_array = _below(schema, "items") is not None
    return words.get(key) is True or (words.get("nodeType") == node_type and (key == "attribute" or is_array))


def _naming(schema: Node, name: str) -> _Name:
    """What a schema's element is called, where its property is called `name`."""
    words = _xml(schema)
    prefix, namespace = str(words.get("prefix") or ""), str(words.get("namespace") or "")
    return _Name(_sound(str(words.get("name") or name)), prefix, namespace)


def _sound(name: str) -> str:
    """The name with what no XML name may hold replaced."""
    sound = "".join(one if one.isalnum() or one in "_.-" else "_" for one in name)
    return sound if sound[:1].isalpha() or sound[:1] == "_" else f"_{sound}"


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "".join(one for one in str(value) if one >= " " or one in "\t\n\r")
