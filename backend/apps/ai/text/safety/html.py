"""HTML that a card may show, and plain text out of HTML.

A supplier's page or a model's answer may hold anything. `clean` keeps a short allow-list; nh3 (ammonia) has the
last word on it. Before nh3 the markup is rewritten to bare tags of bounded depth: attributes, comments and the content
of scripts never reach the parser, and hostile nesting costs no time. Nothing here raises for any `str`.
"""

from __future__ import annotations

import html as entities
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import nh3

from apps.ai.text.safety.html_tidy import BLOCKS, PARAGRAPH_BREAK, Tidy
from apps.ai.text.safety.unseen import is_visible

ALLOWED = frozenset(
    "p br ul ol li strong b em i h3 h4 table thead tbody tr th td".split(),
)
#: Headings of other levels become the nearest that a card has.
RENAMED = {"h1": "h3", "h2": "h3", "h5": "h4", "h6": "h4"}
HEADINGS = frozenset(("h3", "h4"))
#: Tags that may nest; openings beyond `MAX_DEPTH` of them are dropped.
NESTING = frozenset("ul ol table strong b em i h3 h4".split())
MAX_DEPTH = 30
#: Tags that are not allowed, and part the text before them from the text behind.
PARTING = frozenset(
    "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption figure "
    "footer form header hr html legend main menu nav option pre section select summary tfoot title".split()
)
#: Each starts a line of its own in plain text.
LINES = PARTING | BLOCKS | frozenset(("br", "li", "tr", *RENAMED))
#: A blank line parts these from what stands around them.
PARAGRAPHS = frozenset(("p", "ul", "ol", "table", "h3", "h4", *RENAMED))
CELLS = frozenset(("td", "th"))
#: Stands between cells until the line is put together; no seen text holds it.
CELL_END = "\0"

_TOKEN = re.compile(
    r"""<!--.*?(?:-->|\Z)
      | <(?P<raw>script|style|think|thinking|reasoning)\b[^<>]*>.*?(?:</(?P=raw)\b[^<>]*>|\Z)
      | <(?P<close>/?)(?P<name>[a-z][a-z0-9]*+)(?:[^<>"']|"[^"<]*"|'[^'<]*')*+>
      | <(?P<close2>/?)(?P<name2>[a-z][^\s/<>]*+)[^<>]*>
      | <[!?/][^<>]*>""",
    re.IGNORECASE | re.DOTALL | re.VERBOSE,
)
_AMPERSANDS = re.compile(r"&(?:amp;|#38;|#0+38;|#x26;)+", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,31});", re.IGNORECASE)
_BARE_AMPERSAND = re.compile(r"&(?!(?:#[0-9]{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,31});)", re.IGNORECASE)
#: What is to become a single blank, and is none yet.
_BLANKS = re.compile(r"[^\S\n]{2,}|[^\S\n ]")
_MANY_LINES = re.compile(r"\n{3,}")
#: What a browser could still take for the start of a tag.
_TAG_START = re.compile(r"<(?=[a-z!?/])", re.IGNORECASE)
#: Passes that undo entities within entities; each pass strips the tags that the former one brought to light.
MAX_PASSES = 6

#: Stands for «&amp;» on the way through nh3; no seen text holds it.
AMPERSAND = "\ufdd0"
#: Control and format characters that carry no text: C0/C1, zero-width, bidirectional, tag characters, surrogates.
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f"
    "\u202a-\u202e\u2060-\u206f\u3164\ufdd0-\ufdef\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff\ud800-\udfff"
    "\U0001d173-\U0001d17a\U0001fffe\U0001ffff\U000e0000-\U000e0fff\U0010fffe\U0010ffff]+"
)
_LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")

_ACTIVE = re.compile(
    r"""<\s*(?:script|iframe|frame|frameset|object|embed|applet|svg|math|base|meta|link|form|isindex|portal)\b[^<>]{0,80}>?
      | <[a-z][^<>]*?[\s"'/\x00]on[a-z]{3,30}\s*=[^<>]{0,60}
      | (?:[=(]|url\(|\]\()\s*["'`]?\s*(?:j\s*a\s*v\s*a|v\s*b|l\s*i\s*v\s*e)\s*s\s*c\s*r\s*i\s*p\s*t\s*:[^<>]{0,60}
      | [=(]\s*["'`]?\s*data\s*:\s*(?:text/html|image/svg|application/x)[^<>]{0,60}
      | <[a-z][^<>]*?\b(?:srcdoc|formaction)\s*=[^<>]{0,60}
      | <[a-z][^<>]*?(?:expression\s*\(|-moz-binding|behaviou?r\s*:)[^<>]{0,60}""",
    re.IGNORECASE | re.VERBOSE,
)
MAX_QUOTES = 10
QUOTE_LENGTH = 80


def clean(html: str) -> str:
    """HTML of allowed tags without attributes; loose text stands in <p>; empty tags are gone. Idempotent."""
    markup = _rewritten(_seen(html))
    tidy = _sanitised(markup)
    # What stood wrongly inside a table is moved out by the parser, and may stand wrongly there: once more.
    return _sanitised(tidy) if "<table>" in markup else tidy


def is_clean(html: str) -> bool:
    """Whether `clean` would change nothing."""
    return clean(html) == html


@lru_cache(maxsize=64)
def to_text(html: str) -> str:
    """Readable plain text: a line per block, entities decoded, scripts and styles gone. Idempotent.

    Kept, because many rules read one product's texts.
    """
    text = _seen(html)
    if "<" not in text and "&" not in text:
        return _collapsed(text)
    for _ in range(MAX_PASSES):
        plain_text = _collapsed(_decoded(_collapsed(_without_tags(text))))
        if plain_text == text:
            break
        text = plain_text
    return text


def plain(text: str) -> str:
    """One line of text for a plain field: no tags, no unseen characters, single blanks, NFC."""
    line = unicodedata.normalize("NFC", " ".join(to_text(text).split()))
    return _TAG_START.sub("< ", line)


def active_content(html: str) -> tuple[str, ...]:
    """Short quotes of what a browser could execute, each once; () if nothing."""
    text = _seen(html)
    found: dict[str, None] = {}
    for version in dict.fromkeys((text, _decoded(text))):
        for match in _ACTIVE.finditer(version):
            quote = " ".join(match[0].split())
            found.setdefault(quote if len(quote) <= QUOTE_LENGTH else f"{quote[: QUOTE_LENGTH - 1]}…")
            if len(found) == MAX_QUOTES:
                return tuple(found)
    return tuple(found)


def _sanitised(markup: str) -> str:
    """nh3's verdict, tidied. Ampersands travel as another character: nh3 takes quadratic time for many of them."""
    bare = nh3.clean(markup.replace("&amp;", AMPERSAND), tags=set(ALLOWED), attributes={}, link_rel=None)
    # The parser has decoded «&#13;» by now.
    return Tidy().run(_seen(bare.replace(AMPERSAND, "&amp;")))


def _seen(text: str) -> str:
    """The text without characters that nobody sees; every kind of line end is a newline."""
    return text if is_visible(text) else _UNSEEN.sub("", _LINE_ENDS.sub("\n", text))


def _decoded(text: str) -> str:
    """Entities replaced, however often they are escaped; only whole ones: «R&D» and «a=1&copy=2» stay."""
    return _seen(_ENTITY.sub(lambda match: entities.unescape(match[0]), _AMPERSANDS.sub("&amp;", text)))


@dataclass(frozen=True, slots=True)
class _Tag:
    name: str
    closing: bool


def _tokens(text: str) -> Iterator[str | _Tag]:
    """Text and tags in order; comments and the content of scripts are left out. Linear in the text."""
    end = 0
    for match in _TOKEN.finditer(text):
        if match.start() > end:
            yield text[end : match.start()]
        end = match.end()
        name = match["name"] or match["name2"]
        if name:
            yield _Tag(name.lower(), closing=bool(match["close"] or match["close2"]))
    if end < len(text):
        yield text[end:]


def _rewritten(text: str) -> str:
    """The same text with bare allowed tags only, nested `MAX_DEPTH` deep at most, and everything else escaped."""
    tokens = list(_tokens(text))
    if not any(isinstance(token, _Tag) for token in tokens):
        paragraphs = PARAGRAPH_BREAK.split(_escaped("".join(map(str, tokens))))
        return "\n\n".join(paragraph.strip().replace("\n", "<br>") for paragraph in paragraphs)
    parts: list[str] = []
    opened = dict.fromkeys(NESTING, 0)
    for token in tokens:
        if isinstance(token, str):
            parts.append(_escaped(token))
            continue
        name = RENAMED.get(token.name, token.name)
        if name in PARTING:
            parts.append("\n\n")
        elif name in ALLOWED and _may_stand(name, token, opened):
            parts.append(f"</{name}>" if token.closing else f"<{name}>")
    return "".join(parts)


def _may_stand(name: str, tag: _Tag, opened: dict[str, int]) -> bool:
    """Whether the tag keeps the nesting within bounds; counts it. Headings never nest."""
    if name not in NESTING:
        return True
    if tag.closing:
        for closed in HEADINGS if name in HEADINGS else (name,):
            opened[closed] -= opened[closed] > 0
        return True
    if sum(opened.values()) >= MAX_DEPTH or (name in HEADINGS and any(opened[one] for one in HEADINGS)):
        return False
    opened[name] += 1
    return True


def _escaped(text: str) -> str:
    """Text that an HTML parser reads as text; whole entities stay what they are."""
    return _BARE_AMPERSAND.sub("&amp;", text).replace("<", "&lt;").replace(">", "&gt;")


def _without_tags(text: str) -> str:
    """The text with line breaks where blocks stood. Newlines of a marked-up source are blanks, as in a browser."""
    tokens = list(_tokens(text))
    marked_up = any(isinstance(token, _Tag) and token.name in LINES for token in tokens)
    parts: list[str] = []
    for token in tokens:
        if isinstance(token, str):
            parts.append(token.replace("\n", " ") if marked_up else token)
        elif token.name in PARAGRAPHS:
            parts.append("\n\n")
        elif token.name in LINES:
            parts.append("\n• " if token.name == "li" and not token.closing else "\n")
        elif token.name in CELLS and token.closing:
            parts.append(CELL_END)
    return "".join(parts)


def _collapsed(text: str) -> str:
    """Single blanks, no blanks at the ends of lines, one blank line at most; cells parted by « | »."""
    lines = (_line(line) for line in _BLANKS.sub(" ", text).split("\n"))
    return _MANY_LINES.sub("\n\n", "\n".join(lines)).strip()


def _line(line: str) -> str:
    if CELL_END not in line:
        return line.strip()
    return " | ".join(cell.strip() for cell in line.split(CELL_END) if cell.strip())
