"""Instagram: posts, carousels, hashtag pages and profiles in the shapes of 2017 to today.

A post is offered as a product with its pictures; what the caption says about it is read by `captions`. A post
without a caption is a product that has pictures alone.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from apps.parsers.services.base_parser import BaseParser, guarded
from apps.parsers.services.captions import Offer, read_caption
from apps.parsers.services.cleaning import clean_line, clean_text
from apps.parsers.services.records import (
    Document,
    DocumentKind,
    ParsedItem,
    ParsedProduct,
    RejectedRecord,
    SkippedDocument,
)
from apps.parsers.services.supplier_fields import all_values

SITE = "https://www.instagram.com"
_SHORTCODE = re.compile(r"[A-Za-z0-9_-]{5,40}")
#: Saved pages of 2024 wrap a post in sixteen levels.
_MAX_DEPTH = 24
_CODES = ("shortcode", "code", "shortCode")
_ADDRESSES = ("permalink", "link", "url", "postUrl", "permalink_url")
_CODE_IN_ADDRESS = re.compile(r"instagram\.com/(?:[\w.]+/)?(?:p|reels?|tv)/([A-Za-z0-9_-]{5,40})")
_FILM = re.compile(r"\.(?:mp4|mov|m3u8)(?:\?|$)", re.IGNORECASE)
_SHARED = re.compile(r"window\._sharedData\s*=\s*|window\.__additionalDataLoaded\([^,]+,\s*")
_JSON_SCRIPT = re.compile(r"<script[^>]+type=[\"']application/json[\"'][^>]*>(.*?)</script>", re.DOTALL)
_SHOWN = (
    *(
        "display_url",
        "display_src",
        "image_versions2",
        "displayUrl",
        "carousel_media",
        "media_url",
        "thumbnail_url",
    ),
    *("thumbnail_src", "images"),
)
_CAPTIONS = ("edge_media_to_caption.edges.node.text", "caption.text", "caption", "text")
_PICTURES = (
    "display_url",
    "display_src",
    "image_versions2.candidates",
    "displayUrl",
    "thumbnail_src",
    "images.standard_resolution",
    "media_url",
    "thumbnail_url",
    "images",
)
_CHILDREN = (
    *(
        "edge_sidecar_to_children.edges.node",
        "carousel_media",
        "childPosts",
        "children.data",
        "sidecar_children",
    ),
)


class InstagramParser(BaseParser):
    name = "instagram"

    def parse(self, payload: Iterable[Document]) -> Iterator[ParsedItem]:
        seen: set[str] = set()
        for document in payload:
            if document.kind not in (DocumentKind.JSON, DocumentKind.PAGE):
                what = f"это {document.kind}, а парсер instagram читает JSON; его читает парсер supplier"
                yield SkippedDocument(document.name, what)
                continue
            posts = list(_posts(_content(document), owner=""))
            if not posts:
                yield SkippedDocument(document.name, "публикаций Instagram здесь нет")
            for index, (post, owner) in enumerate(posts, start=1):
                place = f"{document.name}, публикация {index}"
                yield from guarded(place, lambda: self._post(post, owner, place, seen))  # noqa: B023

    def _post(self, post: Mapping[str, Any], owner: str, place: str, seen: set[str]) -> Iterator[ParsedItem]:
        code = _code(post)
        if not code:
            yield RejectedRecord(place, "у публикации нет кода (shortcode)")
            return
        if code in seen:  # a hashtag's page shows its best posts twice
            yield SkippedDocument(place, f"публикация {code} уже была")
            return
        seen.add(code)
        pictures = _pictures(post)
        if not pictures:
            yield RejectedRecord(place, f"у публикации {code} нет ни одной картинки")
            return
        caption = _caption(post)
        reading = read_caption(caption)
        name = _owner(post) or owner
        for number, offer in enumerate(reading.offers, start=1):
            own = (
                pictures if len(reading.offers) == 1 else _own_pictures(pictures, number, len(reading.offers))
            )
            yield self._product(
                code if len(reading.offers) == 1 else f"{code}-{number}", code, offer, name, own, place
            )

    def _product(
        self, source_id: str, code: str, offer: Offer, owner: str, pictures: list[str], place: str
    ) -> ParsedProduct:
        amount = offer.price.amount
        return ParsedProduct(
            source_id=source_id,
            title=offer.title,
            description=offer.text,
            brand=offer.brand,
            supplier=f"@{owner}" if owner else "",
            supplier_site=f"{SITE}/{owner}/" if owner else "",
            price=amount,
            currency=(offer.price.currency or self.currency) if amount is not None else "",
            sku=offer.sku,
            url=f"{SITE}/p/{code}/",
            attributes=offer.traits,
            image_urls=tuple(pictures),
            stock=0 if offer.sold_out else None,
            warnings=(offer.price.warning,) if offer.price.warning else (),
            place=place,
        )


def _content(document: Document) -> object:
    """The JSON; of a saved page what its scripts share."""
    if document.kind is DocumentKind.JSON:
        return document.content
    text = str(document.content)
    found = _SHARED.search(text)
    if found is not None:
        try:
            return json.JSONDecoder(strict=False).raw_decode(text, found.end())[0]
        except (ValueError, RecursionError):
            return None
    return [
        _inside(script)
        for script in _JSON_SCRIPT.findall(text)
        if '"code"' in script or "shortcode" in script
    ]


def _inside(script: str) -> object:
    try:
        return json.loads(script, strict=False)
    except (ValueError, RecursionError):
        return None


def _posts(value: object, owner: str, depth: int = 0) -> Iterator[tuple[Mapping[str, Any], str]]:
    """Posts wherever they stand, with the name of the profile they were found in."""
    if depth > _MAX_DEPTH:
        return
    if isinstance(value, list):
        for member in value:
            yield from _posts(member, owner, depth + 1)
    elif isinstance(value, Mapping):
        if _is_post(value):
            yield value, owner
            return
        owner = clean_line(value.get("username")) or owner
        for member in value.values():
            if isinstance(member, Mapping | list):
                yield from _posts(member, owner, depth + 1)


def _is_post(value: Mapping[str, Any]) -> bool:
    coded = any(isinstance(value.get(key), str) for key in _CODES) or bool(_code_in_address(value))
    shown = any(key in value for key in _SHOWN)
    captioned = "edge_media_to_caption" in value
    return (coded and (shown or captioned)) or (shown and captioned)


def _code(post: Mapping[str, Any]) -> str:
    said = (clean_line(post.get(key)) for key in _CODES)
    return next((code for code in said if _SHORTCODE.fullmatch(code)), "") or _code_in_address(post)


def _code_in_address(post: Mapping[str, Any]) -> str:
    said = (
        _CODE_IN_ADDRESS.search(clean_line(post.get(key)))
        for key in _ADDRESSES
        if isinstance(post.get(key), str)
    )
    return next((found[1] for found in said if found), "")


def _owner(post: Mapping[str, Any]) -> str:
    said = (
        clean_line(value)
        for path in ("owner.username", "user.username", "ownerUsername", "username")
        for value in all_values(post, path)
    )
    return next((name for name in said if re.fullmatch(r"[A-Za-z0-9._]{1,60}", name)), "")


def _caption(post: Mapping[str, Any]) -> str:
    for path in _CAPTIONS:
        texts = [value for value in all_values(post, path) if isinstance(value, str) and value.strip()]
        if texts:
            return clean_text(texts[0])
    return ""


def _pictures(post: Mapping[str, Any]) -> list[str]:
    """The pictures of a carousel in its order, else the post's own; of several sizes the largest."""
    children = [one for path in _CHILDREN for one in all_values(post, path) if isinstance(one, Mapping)]
    pictures = [picture for child in children if (picture := _picture(child))]
    listed = post.get("images")
    if not pictures and isinstance(listed, list):
        pictures = [address for address in listed if isinstance(address, str) and address]
    return list(dict.fromkeys(pictures or filter(None, [_picture(post)])))


def _picture(node: Mapping[str, Any]) -> str:
    for path in _PICTURES:
        values = all_values(node, path)
        sized = [
            value for value in values if isinstance(value, Mapping) and isinstance(value.get("url"), str)
        ]
        if sized:
            return str(max(sized, key=_width)["url"])
        if values and isinstance(values[0], str) and not _FILM.search(values[0]):
            return values[0]
    return ""


def _width(candidate: Mapping[str, Any]) -> int:
    width = candidate.get("width")
    return width if isinstance(width, int) else 0


def _own_pictures(pictures: list[str], number: int, offers: int) -> list[str]:
    """As many pictures as products: each has its own. Otherwise nobody can tell, and each has all."""
    return [pictures[number - 1]] if len(pictures) == offers else pictures
