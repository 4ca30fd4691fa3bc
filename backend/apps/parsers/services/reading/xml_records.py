"""XML feeds element by element: Yandex's YML and whatever else lists offers, items or products."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

from apps.parsers.services.cleaning import clean_line
from apps.parsers.services.reading.sniffing import utf8_stream
from apps.parsers.services.reading.sources import READ_ERRORS, Source, UnreadableFile
from apps.parsers.services.records import (
    BrokenDocument,
    Document,
    DocumentKind,
    RejectedRecord,
    SkippedDocument,
)

#: Elements that are one product each, in YML, Google's RSS, and suppliers' own feeds (Turkish: urun).
RECORD_TAGS = frozenset({"offer", "item", "product", "entry", "good", "goods_item", "tovar", "urun", "товар"})
MAX_ELEMENTS = 20_000
_TAIL = 4096

XmlItem = Document | RejectedRecord | BrokenDocument | SkippedDocument


def read_xml(source: Source, encoding: str) -> Iterator[XmlItem]:
    """Every record as {tag or @attribute: text, or a list of those}. Raises UnreadableFile.

    External files are never opened and a file that declares entities is refused: both are ways to read what
    is not in the feed, or to unpack a kilobyte to gigabytes.
    """
    _refuse_entities(source, encoding)
    broken = _unfinished(source, encoding)
    if broken:
        yield BrokenDocument(source.name, broken)
        return
    found = 0
    categories = _Categories()
    with utf8_stream(source, encoding) as stream:
        events = etree.iterparse(
            stream, events=("start", "end"), encoding="utf-8",
            recover=True, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False,
        )  # fmt: skip
        try:
            for record in _elements(events, categories):
                found += 1
                content = _content(record)
                content["category_path"] = categories.path(content.get("categoryId"))
                yield Document(f"{source.name}, offer {found}", content, kind=DocumentKind.XML)
        except (etree.XMLSyntaxError, *READ_ERRORS) as exc:
            raise UnreadableFile(f"XML не читается дальше {found}-й записи: {exc}") from exc
    if not found:
        yield SkippedDocument(source.name, "в XML нет ни offer, ни item, ни product: это не список товаров")


class _Categories:
    """The tree of categories, which stands before the offers."""

    def __init__(self) -> None:
        self._nodes: dict[str, tuple[str, str]] = {}

    def add(self, element: Any) -> None:
        key = clean_line(element.get("id"))
        if key and len(self._nodes) < 200_000:
            self._nodes[key] = (clean_line(_text(element)), clean_line(element.get("parentId")))

    def path(self, key: object) -> str:
        names: list[str] = []
        seen: set[str] = set()
        current = clean_line(key[0] if isinstance(key, list) and key else key)
        while current in self._nodes and current not in seen:
            seen.add(current)
            name, current = self._nodes[current]
            names.append(name)
        return " > ".join(name for name in reversed(names) if name)


def _elements(events: Any, categories: _Categories) -> Iterator[Any]:
    """Records one at a time; each is emptied, with everything before it, when the next is asked for."""
    inside = 0
    for event, element in events:
        tag = _tag(element)
        if event == "start":
            inside += tag in RECORD_TAGS
            continue
        if tag in RECORD_TAGS:
            inside -= 1
            if not inside:
                yield element
                _forget(element)
        elif not inside and tag == "category":
            categories.add(element)
            _forget(element)


def _forget(element: Any) -> None:
    element.clear(keep_tail=False)
    while element.getprevious() is not None:
        del element.getparent()[0]


def _content(record: Any) -> dict[str, Any]:
    content: dict[str, Any] = {f"@{_tag_name(name)}": value for name, value in record.attrib.items()}
    for count, child in enumerate(record):
        if count > MAX_ELEMENTS:
            break
        if not isinstance(child.tag, str):
            continue
        value = _value(child)
        tag = _tag_name(child.tag)
        if tag in content:
            known = content[tag]
            content[tag] = [*known, value] if isinstance(known, list) else [known, value]
        else:
            content[tag] = value
    return content


def _value(element: Any, depth: int = 0) -> Any:
    """A text; with attributes or children an object, whose text is "#text"."""
    children = [child for child in element if isinstance(child.tag, str)]
    if not element.attrib and (not children or depth > 5):
        return _text(element)
    inner: dict[str, Any] = {_tag_name(name): value for name, value in element.attrib.items()}
    for child in children:
        inner.setdefault(_tag_name(child.tag), []).append(_value(child, depth + 1))
    text = _own_text(element)
    return inner | ({"#text": text} if text else {})


def _text(element: Any) -> str:
    return "".join(_pieces(element))


def _own_text(element: Any) -> str:
    pieces = [element.text or ""]
    for child in element:
        if not isinstance(child.tag, str):
            pieces.append(_entity(child))
        pieces.append(child.tail or "")
    return "".join(pieces).strip()


def _pieces(element: Any) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        yield from _pieces(child) if isinstance(child.tag, str) else (_entity(child),)
        yield child.tail or ""


def _entity(node: Any) -> str:
    """&nbsp; and its like, which feeds use without declaring them; comments say nothing."""
    return html.unescape(node.text) if node.tag is etree.Entity else ""


def _tag(element: Any) -> str:
    return _tag_name(element.tag).lower() if isinstance(element.tag, str) else ""


def _tag_name(name: str) -> str:
    return name.rpartition("}")[2]


def _refuse_entities(source: Source, encoding: str) -> None:
    if re.search(r"<!ENTITY", source.head().decode(encoding, errors="replace"), re.IGNORECASE):
        raise UnreadableFile("в XML объявлены свои сущности (ENTITY): такие файлы не читаются")


def _unfinished(source: Source, encoding: str) -> str:
    """What is wrong with a file that does not end with the tag it begins with; empty when it does."""
    head = source.head().decode(encoding, errors="replace")
    root = re.search(
        r"<([^\s<>!?/][^\s<>/]*)", re.sub(r"<!--.*?-->|<!DOCTYPE[^>]*>", "", head, flags=re.DOTALL)
    )
    if root is None:
        return "это не XML: нет ни одного элемента"
    tail = b""
    try:
        with source.open() as stream:
            while chunk := stream.read(1 << 20):
                tail = (tail + chunk)[-_TAIL:]
    except READ_ERRORS as exc:
        return f"файл оборван: {exc}"
    closing = f"</{root[1]}"
    if closing in tail.decode(encoding, errors="replace") or len(head) < 200:
        return ""
    return f"файл оборван: нет закрывающего тега {closing}>"
