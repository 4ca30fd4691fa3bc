"""A medicine's leaflet inside a description: its sections, and pieces small enough to ask about."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from apps.ai.services.texts.leaflets.headings import HEADINGS, fold
from apps.ai.text.safety import html

KINDS = frozenset({"medicine", "supplement"})
#: For one who knows that there is a leaflet, but not of what.
ANY = "medicine"
#: Characters of plain text below which a description is written about as a whole, and headings that make a leaflet.
SHORTEST = 2_500
FEWEST_SECTIONS = 3
#: Characters of one question. A longer section is asked about in pieces, parted between its lines.
PIECE = 4_000
#: Characters of a section that the draft, too, is written from.
SHORT_SECTION = 1_500
TITLES = {"ru": "Инструкция", "en": "Package leaflet"}


@dataclass(frozen=True, slots=True)
class Section:
    """`heading` and `text` as the source wrote them; a line a paragraph."""

    kind: str
    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class Leaflet:
    """`summary`: what the draft is written from: the text before the leaflet and its short descriptive sections."""

    summary: str
    sections: tuple[Section, ...]


_NUMBERING = re.compile(r"^\W*(?:\d{1,2}[.)]\s*)*")
_LONGEST_HEADING = 90


def of(description: str, *, kind: str) -> Leaflet | None:
    """The leaflet in a description of that kind of goods, or None: too short, or hardly a heading in it."""
    if kind not in KINDS or len(description) < SHORTEST:
        return None
    text = html.to_text(description)
    if len(text) < SHORTEST:
        return None
    intro, sections = _split(text)
    if len({section.kind for section in sections}) < FEWEST_SECTIONS:
        return None
    told = [
        f"{section.heading}: {section.text}"
        for section in sections
        if HEADINGS[section.kind].goes_into_draft and len(section.text) <= SHORT_SECTION
    ]
    return Leaflet("\n".join([*([intro] if intro else []), *told]), tuple(sections))


def without(description: str) -> str:
    """A card's description without the leaflet that was put under it."""
    for title in TITLES.values():
        description = description.partition(f"<h3>{title}</h3>")[0]
    return description


def pieces(section: Section) -> list[str]:
    """The section's text whole, in pieces of at most PIECE characters where its lines and sentences allow it."""
    found: list[str] = []
    for line in section.text.split("\n"):
        for part in _parts(line):
            if found and len(found[-1]) + 1 + len(part) <= PIECE:
                found[-1] = f"{found[-1]}\n{part}"
            else:
                found.append(part)
    return found


def as_html(text: str) -> str:
    """Plain text as paragraphs; lines with a bullet as a list."""
    blocks: list[str] = []
    for line in text.split("\n"):
        plain = _escaped(line.strip())
        if not plain:
            continue
        item = re.match(r"[•●·*–-]\s+", plain)
        blocks.append(f"<ul><li>{plain[item.end() :]}</li></ul>" if item else f"<p>{plain}</p>")
    return html.clean("".join(blocks).replace("</ul><ul>", ""))


def name(section: Section, language_code: str) -> str:
    return HEADINGS[section.kind].names.get(language_code, section.heading)


def _split(text: str) -> tuple[str, list[Section]]:
    """The text before the first heading, and the sections in order; an empty section is none."""
    intro: list[str] = []
    found: list[tuple[str, str, list[str]]] = []
    for line in text.split("\n"):
        heading = _heading_of(line)
        if heading is not None:
            kind, written, rest = heading
            found.append((kind, written, [rest] if rest else []))
        elif found:
            found[-1][2].append(line)
        else:
            intro.append(line)
    sections = [
        Section(kind, written, "\n".join(line.strip() for line in lines if line.strip()))
        for kind, written, lines in found
    ]
    return "\n".join(intro).strip(), [section for section in sections if section.text]


def _heading_of(line: str) -> tuple[str, str, str] | None:
    """Kind, heading as written and the rest of a line that is a heading, or begins with one and a colon."""
    start = _NUMBERING.match(line)
    offset = start.end() if start else 0
    written, colon, rest = line[offset:].partition(":")
    written = written.strip(" .?*—–-")
    if not written or len(written) > _LONGEST_HEADING or (not colon and rest):
        return None
    folded = fold(written)
    for kind, heading in HEADINGS.items():
        if heading.pattern.fullmatch(folded):
            return kind, written, rest.strip()
    return None


_SENTENCE_END = re.compile(r"(?<=[.!?;])\s+")


def _parts(line: str) -> Iterator[str]:
    """A line that is longer than a piece, parted between sentences, and a monster of a sentence between words."""
    if len(line) <= PIECE:
        yield line
        return
    part = ""
    for unit in _SENTENCE_END.split(line):
        for words in _chunks(unit):
            if part and len(part) + 1 + len(words) > PIECE:
                yield part
                part = words
            else:
                part = f"{part} {words}".strip()
    if part:
        yield part


def _chunks(sentence: str) -> Iterator[str]:
    while len(sentence) > PIECE:
        cut = sentence.rfind(" ", 0, PIECE)
        cut = cut if cut > 0 else PIECE
        yield sentence[:cut]
        sentence = sentence[cut:].strip()
    yield sentence


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
