"""JSON of suppliers: where the records are, which of them are no products, and one spelling for their keys."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from apps.parsers.services import supplier_fields as fields
from apps.parsers.services.cleaning import clean_line
from apps.parsers.services.reading.json_documents import CONTAINERS
from apps.parsers.services.supplier_fields import Record
from apps.parsers.services.supplier_headers import field_of_header

_MAX_NESTING = 4
_LANGUAGE = re.compile(r"[a-z]{2}(?:[-_][a-z]{2})?", re.IGNORECASE)
#: The language of a text that is given in several: Russian when there is one, else what most suppliers write in.
_LANGUAGES = ("ru", "tr", "en")
#: Keys that only menus, error answers and widgets have.
_MENU_KEYS = ("children", "childs", "nodes", "subcategories", "subCategories", "shard", "isLeaf")
_ERROR_KEYS = ("error", "errors", "error_code", "errorCode", "exception", "stacktrace")
#: No goods are called so, whatever else the record has.
_SURE = (
    r"access denied|\bnot found$|too many requests|just a moment|are you (?:a )?human|attention required|"
    r"service unavailable|bad gateway|verify (?:that )?you are|unusual traffic|request blocked|403 forbidden|"
    r"доступ (?:ограничен|запрещ)|страница не найдена|не робот\b|проверка браузера|"
    r"bulunamadı|erişim engellen|erişim reddedil|robot m[uı]sunuz|robot olmadığ"
)
_SURE_ERRORS = re.compile(_SURE, re.IGNORECASE)
_ERROR_TITLES = re.compile(
    rf"{_SURE}|forbidden|not found|captcha|ошибка \d{{3}}|\b(?:403|404|429|50[0-4])\b.*(?:error|ошибка)?$",
    re.IGNORECASE,
)
#: Keys of a link in a menu; a record that has no others, and leads to a page without a number, is one.
_LINK_KEYS = frozenset(
    "id name title label text url link href slug icon target rel position order sort level parent parent_id "
    "parentId active is_active isActive visible type".split()
)
_PLAIN_PAGE = re.compile(r"(?:https?://[^/]+)?/?(?:[a-zA-Z_-]+/?)?(?:\?.*)?")
#: An error page has texts, categories and, by a wrong selector, even prices; these it has not.
_PROOF = ("sku", "barcode", "brand")
#: Any of these says that a record is sold, pictured or described.
_EVIDENCE = ("stock", "sku", "barcode", "brand", "description", "category")


def records_of(content: object, depth: int = 0) -> list[object]:
    """The members of a list, of the list that an object holds, or the object itself when it is a product."""
    if isinstance(content, list):
        return content
    if not isinstance(content, Mapping) or depth > _MAX_NESTING:
        return []
    titled = bool(fields.field_text(content, "title"))
    if titled and fields.record_id(content):
        return [content]
    for name in CONTAINERS:
        value = content.get(name)
        if isinstance(value, list):
            return value
        if isinstance(value, Mapping):
            members = list(value.values())
            # {"products": {"17": {…}, "18": {…}}}: objects by their ids
            if name != "data" and len(members) > 1 and all(isinstance(one, Mapping) for one in members):
                return [{"id": key, **one} for key, one in value.items()]
            return records_of(value, depth + 1)
    return [content] if titled or _looks_mapped(content) else []


def _looks_mapped(content: Mapping[str, Any]) -> bool:
    known = {field_of_header(key) for key in content if isinstance(key, str)}
    return {"id", "title"} <= known


def why_no_product(record: Record) -> str:
    """The reason in Russian, or empty. An id and a title are no proof: menus and errors have them too."""
    if any(fields.all_values(record, key) for key in _ERROR_KEYS) and not _has_evidence(record):
        return "это ответ об ошибке, а не товар"
    title = fields.field_text(record, "title")
    if _SURE_ERRORS.search(title) and len(title) < 60 and not _has_proof(record):
        return f"это страница об ошибке («{title}»), а не товар"
    if _ERROR_TITLES.search(title) and not _has_evidence(record):
        return f"это страница об ошибке («{title[:60]}»), а не товар"
    if any(key in record for key in _MENU_KEYS) and not _has_evidence(record):
        return "это пункт меню или категория, а не товар"
    if _is_link(record):
        return "это ссылка меню, а не товар"
    return ""


def _is_link(record: Record) -> bool:
    address = fields.field_text(record, "url") or clean_line(record.get("href"))
    return bool(address) and _LINK_KEYS.issuperset(record) and bool(_PLAIN_PAGE.fullmatch(address))


def _has_proof(record: Record) -> bool:
    return any(fields.field_text(record, field) for field in _PROOF) or bool(fields.image_references(record))


def _has_evidence(record: Record) -> bool:
    named = any(fields.field_text(record, field) for field in _EVIDENCE)
    return named or "price" in record or bool(fields.image_references(record))


def plain_record(record: Record, mapping: Mapping[str, str]) -> dict[str, Any]:
    """The record with mapped and guessed keys under their usual names, and of several languages one text."""
    plain: dict[str, Any] = {}
    others: dict[str, str] = {}
    for key, value in record.items():
        text = _by_language(value)
        if text is not None:
            value = text[1]
            for language, other in text[2].items():
                others[f"{key}_{language}"] = other
        plain[str(key)] = value
    for key in list(plain):
        field = mapping.get(key) or ("" if _is_known(key) else field_of_header(key))
        target = {"attributes": "", "group": "", "size": "", "color": "", "images": "images"}.get(
            field, field
        )
        if target and target not in ("", key) and (key in mapping or not plain.get(target)):
            plain[target] = plain.pop(key)
    if others:
        plain["traits"] = {**(plain["traits"] if isinstance(plain.get("traits"), Mapping) else {}), **others}
    return plain


KNOWN_ROOTS = frozenset(
    path.partition(".")[0]
    for paths in (
        *fields.ALIASES.values(),
        fields.IMAGE_PATHS,
        fields.ATTRIBUTE_PATHS,
        tuple(fields.ROOT_TRAITS),
    )
    for path in paths
)


def _is_known(key: str) -> bool:
    return key in KNOWN_ROOTS


def _by_language(value: object) -> tuple[str, str, dict[str, str]] | None:
    """(language, text, the other texts) of {"tr": "…", "ru": "…"}; None for anything else."""
    if not isinstance(value, Mapping) or not 0 < len(value) <= 12:
        return None
    texts = {
        str(key)[:2].lower(): text for key, text in value.items() if isinstance(text, str) and text.strip()
    }
    if not texts or not all(isinstance(key, str) and _LANGUAGE.fullmatch(key) for key in value):
        return None
    if not set(texts) & set(_LANGUAGES) or len(texts) < len([text for text in value.values() if text]):
        return None
    language = next((code for code in _LANGUAGES if code in texts), next(iter(texts)))
    return language, texts[language], {code: text for code, text in texts.items() if code != language}
