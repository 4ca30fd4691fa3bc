"""Whether a JSON answer is one page of several, and whether all of them were read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from apps.parsers.services.cleaning import clean_line
from apps.parsers.services.records import PartialDocument

_HOLDERS = ("meta", "pagination", "paging", "page_info", "pageInfo", "_meta", "paginator", "data", "result")
_PAGE = ("page", "current_page", "currentPage", "pageNumber", "page_number", "number", "pageIndex")
_PAGES = (
    "total_pages",
    "totalPages",
    "pages",
    "last_page",
    "lastPage",
    "pageCount",
    "page_count",
    "pages_count",
)
_TOTAL = ("total", "totalCount", "total_count", "totalElements", "count", "totalItems", "total_items")
_SIZE = ("per_page", "perPage", "page_size", "pageSize", "limit", "itemsPerPage")
_OFFSET = ("offset", "skip")
_NEXT = (
    "next",
    "next_page",
    "nextPage",
    "next_page_url",
    "next_url",
    "has_next",
    "hasNext",
    "hasNextPage",
    "has_more",
    "hasMore",
)


@dataclass
class Pages:
    """Collects what the documents of a feed say of themselves."""

    _seen: dict[int, dict[int, str]] = field(default_factory=dict)
    _going_on: dict[bool, str] = field(default_factory=dict)

    def note(self, name: str, content: object) -> None:
        if not isinstance(content, dict):
            return
        for holder in [content, *(content[key] for key in _HOLDERS if isinstance(content.get(key), dict))]:
            page, pages = _place(holder)
            if pages > 1:
                self._seen.setdefault(pages, {}).setdefault(page, name)
                return
            further = [holder[key] for key in _NEXT if key in holder]
            if further:
                self._going_on.setdefault(any(map(_says_more, further)), name)
                return

    def missing(self) -> Iterator[PartialDocument]:
        """What a feed of pages lacks; nothing when its last page is there, or all of them."""
        for pages, seen in self._seen.items():
            if len(seen) < pages:
                which = ", ".join(map(str, sorted(seen)[:10]))
                name = next(iter(seen.values()))
                yield PartialDocument(name, f"это страница {which} из {pages}: остальные не загружены")
        if True in self._going_on and False not in self._going_on:
            yield PartialDocument(
                self._going_on[True], "за этой страницей есть ещё одна, которая не загружена"
            )


def _place(holder: Mapping[str, Any]) -> tuple[int, int]:
    """(page, pages), (1, 1) when the object says nothing of the kind."""
    page, pages = _number(holder, _PAGE), _number(holder, _PAGES)
    total, size, offset = _number(holder, _TOTAL), _number(holder, _SIZE), _number(holder, _OFFSET)
    if pages is None and total is not None and size and (page is not None or offset is not None):
        pages = -(-total // size)
    if page is None and offset is not None and size:
        page = offset // size + 1
    return (1 if page is None else page), (1 if pages is None else pages)


def _number(holder: Mapping[str, Any], names: tuple[str, ...]) -> int | None:
    for name in names:
        value = holder.get(name)
        text = "" if isinstance(value, bool | list | dict) else clean_line(value)
        if text.isascii() and text.isdigit() and len(text) < 10:
            return int(text)
    return None


def _says_more(value: object) -> bool:
    return bool(value) and clean_line(value).casefold() not in ("false", "нет", "null", "none", "0")
