"""The parsers that `run_parser` knows."""

from __future__ import annotations

from apps.parsers.services.base_parser import BaseParser
from apps.parsers.services.instagram_parser import InstagramParser
from apps.parsers.services.ozon_parser import OzonParser
from apps.parsers.services.records import FeedError
from apps.parsers.services.supplier_parser import SupplierParser
from apps.parsers.services.wildberries_parser import WildberriesParser

PARSERS: dict[str, type[BaseParser]] = {
    parser.name: parser for parser in (WildberriesParser, OzonParser, InstagramParser, SupplierParser)
}


def parser_class(name: str) -> type[BaseParser]:
    """Raises FeedError that lists the names there are."""
    if name not in PARSERS:
        raise FeedError(f"Нет парсера {name!r}; есть: {', '.join(sorted(PARSERS))}.")
    return PARSERS[name]
