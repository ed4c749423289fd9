"""JSON-LD read by the last part of its names: `dct:title`, `title` and `http://…/title` are one.

Enough for DCAT and Croissant, whose names differ in that part, and nothing is fetched for it: a
`@context` may point anywhere.
"""

import re
from collections.abc import Mapping
from typing import Any, cast

Node = Mapping[str, Any]


class Linked:
    """A document's nodes, whether nested or side by side with references.

    Args:
        document: Parsed JSON.
    """

    def __init__(self, document: Any) -> None:
        self._every: list[Node] = []
        self._named: dict[str, Node] = {}
        waiting = [document]
        while waiting:
            value = waiting.pop()
            if isinstance(value, list):
                waiting += reversed(cast("list[Any]", value))
            elif (found := as_node(value)) is not None:
                node = _short(found)
                self._every.append(node)
                name = node.get("@id")
                if isinstance(name, str) and len(node) > 1:
                    self._named.setdefault(name, node)
                waiting += reversed([v for k, v in node.items() if k != "@context"])

    @property
    def root(self) -> Node:
        """The outermost node; an empty one if there is none."""
        return self._every[0] if self._every else {}

    def nodes(self, kind: str) -> list[Node]:
        """Nodes of a type, by its last part, in the document's order."""
        return [node for node in self._every if kind in _kinds(node)]

    def all(self, node: Node, name: str) -> list[Any]:
        """A property's values: texts and numbers as they are, references as the nodes meant."""
        given = node.get(name)
        values = cast("list[Any]", given) if isinstance(given, list) else [given]
        found = (self._value(value) for value in values)
        return [value for value in found if value is not None]

    def one(self, node: Node, *names: str) -> Any:
        """The first value of the first of some properties that has one, or None."""
        for name in names:
            if values := self.all(node, name):
                return values[0]
        return None

    def parts(self, node: Node, name: str) -> list[Node]:
        """A property's values that are nodes."""
        return [part for value in self.all(node, name) if (part := as_node(value))]

    def _value(self, value: Any) -> Any:
        if (found := as_node(value)) is None:
            return value
        node = _short(found)
        if "@value" in node:
            return node["@value"]
        name = node.get("@id")
        if isinstance(name, str) and len(node) == 1:
            return self._named.get(name, name)
        return node


def as_node(value: Any) -> Node | None:
    """The value if it is a node, and not a text, a number or nothing."""
    return cast("Node", value) if isinstance(value, dict) else None


def _short(node: Node) -> Node:
    return {_last(name): value for name, value in node.items()}


def _last(name: str) -> str:
    return name if name.startswith("@") else re.split(r"[/#:]", name)[-1]


def _kinds(node: Node) -> set[str]:
    given = node.get("@type")
    values = cast("list[Any]", given) if isinstance(given, list) else [given]
    return {_last(value) for value in values if isinstance(value, str)}
