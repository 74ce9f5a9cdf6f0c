"""From bytes to a tree of nodes that is the same for XML and JSON. Sizes and depth are limited; entities are refused."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, field
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from lagspill.fhir.rules.faults import Unreadable

MAX_BYTES = 10_000_000
MAX_NODES = 1_000_000
MAX_DEPTH = 40

_FHIR = "{http://hl7.org/fhir}"
_TYPE = re.compile(r"[A-Z][A-Za-z]{1,59}")


@dataclass
class Node:
    """One element: its value if it is primitive, its children by name, its type if it is a resource.

    `is_text` is false for what JSON wrote as a number or a boolean, and true for all of XML, which has only texts.
    """

    value: str | None = None
    children: dict[str, list[Node]] = field(default_factory=dict)
    type: str = ""
    is_text: bool = True
    is_wrong: bool = False  # JSON that no FHIR element can be: a list in a list

    def all(self, name: str) -> list[Node]:
        """The children with this name, in order."""
        return self.children.get(name, [])

    def one(self, name: str) -> Node | None:
        """The first child with this name, or none."""
        return next(iter(self.children.get(name, [])), None)

    def add(self, name: str, child: Node) -> None:
        self.children.setdefault(name, []).append(child)

    def digest(self) -> str:
        """A hash of all that is said here: the same for XML and JSON that say the same, in whatever order of keys."""
        made = hashlib.sha256(f"{self.type}\0{self.value}\0{self.is_wrong}".encode())
        for name in sorted(self.children):
            for child in self.children[name]:
                made.update(f"\0{name}\0{child.digest()}".encode())
        return made.hexdigest()


def parse(data: bytes) -> Node:
    """The resource at the root of a file. Raises Unreadable."""
    if len(data) > MAX_BYTES:
        raise Unreadable("too_big")
    first = data.lstrip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n")[:1]
    if not first:
        raise Unreadable("empty_file")
    if first == b"<":
        root = _Builder().from_xml(_xml(data))
    elif first in (b"{", b"["):
        root = _Builder().from_json(_json(data), 0)
    else:
        raise Unreadable("neither_xml_nor_json")
    if not is_type(root.type):
        raise Unreadable("not_fhir")
    return root


def is_type(word: str) -> bool:
    """True for what can be the name of a resource type, so that it may stand in a report."""
    return _TYPE.fullmatch(word) is not None


def _xml(data: bytes) -> Element:
    try:
        root: Element = ElementTree.fromstring(data, forbid_dtd=True)
    except DefusedXmlException as error:
        raise Unreadable("has_entities") from error
    except (ParseError, ValueError, LookupError) as error:  # unknown encodings are the last two
        raise Unreadable("broken_xml") from error
    except RecursionError as error:
        raise Unreadable("too_deep") from error
    return root


def _json(data: bytes) -> Any:
    try:
        # Numbers stay as they are written: one with five thousand digits is no reason to count.
        return json.loads(
            data,
            object_pairs_hook=_pairs,
            parse_int=_Literal,
            parse_float=_Literal,
            parse_constant=_constant,
        )
    except RecursionError as error:
        raise Unreadable("too_deep") from error
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise Unreadable("broken_json") from error


class _Literal(str):
    """A JSON number as it was written."""


def _constant(word: str) -> Any:
    raise Unreadable("broken_json")


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise Unreadable("same_key_twice")
    return made


def _sound(text: str) -> str:
    """The text without half characters, which no database takes."""
    if text.isascii():
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


class _Builder:
    """Makes nodes and counts them."""

    def __init__(self) -> None:
        self.count = 0

    def node(self, depth: int, **given: Any) -> Node:
        self.count += 1
        if self.count > MAX_NODES:
            raise Unreadable("too_many_parts")
        if depth > MAX_DEPTH:
            raise Unreadable("too_deep")
        return Node(**given)

    def from_xml(self, root: Element) -> Node:
        """The root element; elements outside FHIR's namespace (narrative) are passed over."""
        if not root.tag.startswith(_FHIR):
            raise Unreadable("not_fhir")
        node = self._element(root, 0)
        node.type = root.tag.removeprefix(_FHIR)
        return node

    def _element(self, element: Element, depth: int) -> Node:
        node = self.node(depth, value=element.get("value"))
        for name in ("url", "id"):
            if name in element.attrib:
                node.add(name, self.node(depth, value=element.attrib[name]))
        inner = [child for child in element if _is_fhir(child)]
        if len(inner) == 1 and _local(inner[0])[:1].isupper():
            resource = self._element(inner[0], depth)  # <resource><Patient>…: one thing, as in JSON
            resource.type = _local(inner[0])
            return resource
        for child in inner:
            node.add(_local(child), self._element(child, depth + 1))
        return node

    def from_json(self, found: Any, depth: int) -> Node:
        """One JSON value; null stands in lists alone, where only an extension says something."""
        if found is None:
            return self.node(depth)
        if isinstance(found, dict):
            return self._object(found, depth)
        if isinstance(found, bool):
            return self.node(depth, value="true" if found else "false", is_text=False)
        if isinstance(found, _Literal):
            return self.node(depth, value=str(found), is_text=False)
        if isinstance(found, str):
            return self.node(depth, value=_sound(found))
        return self.node(depth, is_wrong=True)

    def _object(self, found: dict[str, Any], depth: int) -> Node:
        node = self.node(depth)
        for key, value in found.items():
            if key == "resourceType":
                node.type = _sound(value) if isinstance(value, str) else ""
            elif key == "div":
                continue  # narrative, which XML has in another namespace
            elif not key.startswith("_") and value is not None:
                for part in value if isinstance(value, list) else [value]:
                    node.add(_sound(key), self.from_json(part, depth + 1))
        for key, value in found.items():
            if key.startswith("_"):
                self._extend(node, key[1:], value, depth + 1)
        return node

    def _extend(self, node: Node, name: str, value: Any, depth: int) -> None:
        """What JSON says about a primitive under its name with an underscore (id, extension)."""
        parts = value if isinstance(value, list) else [value]
        for place, part in enumerate(parts):
            if isinstance(part, dict):
                extra = self.from_json(part, depth)
                held = node.all(name)
                if place < len(held):
                    held[place].children.update(extra.children)
                else:
                    node.add(name, extra)


def _is_fhir(element: Element) -> bool:
    return isinstance(element.tag, str) and element.tag.startswith(_FHIR)


def _local(element: Element) -> str:
    return str(element.tag).removeprefix(_FHIR)
