"""The shape of cleaned markup: loose text becomes paragraphs, what is empty goes, lost list items get a list."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

#: Tags that a paragraph cannot hold.
BLOCKS = frozenset("p ul ol h3 h4 table".split())
#: Tags that stand beside a paragraph, not inside one.
STANDALONE = BLOCKS | {"li"}
#: Tags that stay when they are empty: a table row needs its cells, a line break is never full.
KEPT_EMPTY = frozenset(("td", "th"))
_BARE = re.compile(r"<(/?)([a-z0-9]+)>|([^<]+)")
PARAGRAPH_BREAK = re.compile(r"\n\s*\n")


@dataclass(slots=True)
class _Level:
    """An open element, its content so far, whether anybody could read it, and whether it holds a block."""

    name: str
    parts: list[str] = field(default_factory=list)
    filled: bool = False
    has_block: bool = False


class Tidy:
    """One walk over nh3's well-formed output: wraps loose text into <p>, drops what is empty."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.loose = _Level("")
        self.stack: list[_Level] = []
        self.in_list = False

    def run(self, bare: str) -> str:
        for closing, name, text in _BARE.findall(bare):
            if text:
                self._text(text)
            elif closing:
                self._close()
            elif name == "br":
                (self.stack[-1] if self.stack else self.loose).parts.append("<br>")
            else:
                self._open(name)
        self._flush()
        self._block("", "")
        return "".join(self.done)

    def _text(self, text: str) -> None:
        if self.stack:
            self.stack[-1].parts.append(text)
            self.stack[-1].filled = self.stack[-1].filled or _readable(text)
            return
        first, *others = PARAGRAPH_BREAK.split(text)
        for index, paragraph in enumerate((first, *others)):
            if index:
                self._flush()
            self.loose.parts.append(paragraph)
            self.loose.filled = self.loose.filled or _readable(paragraph)

    def _open(self, name: str) -> None:
        if not self.stack and name in STANDALONE:
            self._flush()
        self.stack.append(_Level(name, has_block=name in STANDALONE))

    def _close(self) -> None:
        level = self.stack.pop()
        if not level.filled and level.name not in KEPT_EMPTY:
            return
        markup = f"<{level.name}>{_trimmed(level.parts)}</{level.name}>"
        if self.stack:
            parent = self.stack[-1]
            parent.parts.append(markup)
            parent.filled = parent.filled or level.filled
            parent.has_block = parent.has_block or level.has_block
        elif level.has_block:
            self._flush()
            self._block(level.name, markup)
        else:
            self.loose.parts.append(markup)
            self.loose.filled = True

    def _block(self, name: str, markup: str) -> None:
        """Items that lost their list get one; those in a row share it."""
        is_item = name == "li"
        if is_item != self.in_list:
            self.done.append("<ul>" if is_item else "</ul>")
            self.in_list = is_item
        if markup:
            self.done.append(markup)

    def _flush(self) -> None:
        if self.loose.filled:
            self._block("p", f"<p>{_trimmed(self.loose.parts)}</p>")
        self.loose = _Level("")


def _trimmed(parts: list[str]) -> str:
    """The content without line breaks and blanks at its ends."""
    text = "".join(parts)
    while True:
        shorter = text.strip().removeprefix("<br>").removesuffix("<br>")
        if shorter == text:
            return text
        text = shorter


def _readable(text: str) -> bool:
    return bool(text.replace("&nbsp;", " ").strip())
