"""The shop's own rules for a card: which are in force for a product, what a writer is told of them, who broke them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from apps.ai.issue_codes import issue
from apps.ai.models import AIHouseRules
from apps.ai.models.rules import RulesState
from apps.ai.services import composition
from apps.ai.text.language.stems import stems
from apps.ai.text.safety import html
from apps.ai.ttl_cache import TTLCached
from apps.ai.types import CategoryChoice, Draft, Issue, ProductSnapshot, fingerprint


@dataclass(frozen=True, slots=True)
class House:
    """The rules in force together, from the whole shop's to those of the nearest branch: lists add up, of the rest the
    nearest counts.
    """

    versions: tuple[AIHouseRules, ...] = ()

    @property
    def ids(self) -> list[int]:
        return [version.pk for version in self.versions]

    def nearest(self, name: str) -> Any:
        return next((value for one in reversed(self.versions) if (value := getattr(one, name))), None)

    def together(self, name: str) -> list[str]:
        return list(dict.fromkeys(text for one in self.versions for text in getattr(one, name)))

    @property
    def instructions(self) -> list[str]:
        """What the prompt says, a sentence or so each; empty when there are no rules."""
        return list(_sentences(self))


def of(product: ProductSnapshot, choice: CategoryChoice, trying: AIHouseRules | None = None) -> House:
    """`trying`: a version in the place of the one that is active for its scope."""
    versions = list(_active.get(None))
    if trying is not None:
        versions = [one for one in versions if one.scope != trying.scope] + [trying]
    path = _path(choice.category_id)
    fitting = [
        one for one in versions if is_for(one, product) and (not one.category_id or one.category_id in path)
    ]
    depth = {category_id: place for place, category_id in enumerate(path, start=1)}
    fitting.sort(
        key=lambda one: (bool(one.source), depth.get(one.category_id or 0, 0), bool(one.brand), one.pk)
    )
    return House(tuple(fitting))


def key_for(product: ProductSnapshot) -> str:
    """What of the rules an answer depends on; "" while there are none.

    Rules of a branch count where the product lies in it, or lies nowhere yet.
    """
    path = _path(product.category_id)
    found = [
        one.pk
        for one in _active.get(None)
        if is_for(one, product) and (not one.category_id or not path or one.category_id in path)
    ]
    return fingerprint(sorted(found)) if found else ""


def findings(house: House, draft: Draft) -> Iterator[Issue]:
    """Where the card breaks the rules."""
    texts = {
        "title": draft.title,
        "description": html.to_text(draft.description),
        "seo_title": draft.seo_title,
        "seo_description": draft.seo_description,
        "keywords": "\n".join(draft.keywords),
    }
    for name, text in texts.items():
        written = stems(text)
        avoided = [word for word in house.together("words_avoid") if _occurs(stems(word), written)]
        if avoided:
            yield issue("house_word", "Так в магазине не пишут", avoided, field=name)
    yield from _lengths(house, draft.title, len(texts["description"].split()))
    told = texts["description"].casefold()
    missing = [name for name in house.nearest("sections") or [] if name.casefold() not in told]
    if missing:
        yield issue("house_shape", "В описании нет раздела", missing, field="description")


def forget() -> None:
    """Read the rules anew: a version was switched on or off in this process."""
    _active.clear()


def _lengths(house: House, title: str, words: int) -> Iterator[Issue]:
    most = house.nearest("title_most")
    if most and len(title) > most:
        yield issue("house_shape", f"Название длиннее {most} знаков: {len(title)}.", field="title")
    least, most = house.nearest("words_least"), house.nearest("words_most")
    if (least and words < least) or (most and words > most):
        wanted = f"{least or 0}–{most}" if most else f"от {least}"
        yield issue("house_shape", f"Слов в описании {words}, нужно {wanted}.", field="description")


def _sentences(house: House) -> Iterator[str]:
    if tone := house.nearest("tone"):
        yield f"Тон: {tone}."
    if words := house.together("words_use"):
        yield f"Пиши именно так: {'; '.join(words)}."
    if words := house.together("words_avoid"):
        yield f"Этих слов и выражений не пиши ни в какой форме: {'; '.join(words)}."
    if most := house.nearest("title_most"):
        yield f"title: не длиннее {most} знаков."
    least, most = house.nearest("words_least"), house.nearest("words_most")
    if least or most:
        bounds = [f"не меньше {least}" if least else "", f"не больше {most}" if most else ""]
        yield f"description: слов {' и '.join(filter(None, bounds))}, если данных хватает."
    if sections := house.nearest("sections"):
        named = ", ".join(f"<p><strong>{name}.</strong> …</p>" for name in sections)
        yield f"description: абзацы с такими заголовками и в таком порядке: {named}. Раздел без данных пропусти."
    yield from (one.instructions for one in house.versions if one.instructions)


def _path(category_id: int | None) -> list[int]:
    """Ids from the root to the category."""
    node = composition.category_index().nodes.get(category_id or 0)
    return [] if node is None else [*node.ancestor_ids, node.id]


def is_for(rules: AIHouseRules, product: ProductSnapshot) -> bool:
    brand_fits = not rules.brand or rules.brand.casefold() == product.brand.casefold()
    return brand_fits and (not rules.source or rules.source == product.source)


def _occurs(phrase: Sequence[str], text: Sequence[str]) -> bool:
    length = len(phrase)
    return bool(length) and any(
        text[start : start + length] == phrase for start in range(len(text) - length + 1)
    )


_active: TTLCached[None, list[AIHouseRules]] = TTLCached(
    lambda key: list(AIHouseRules.objects.filter(state=RulesState.ACTIVE))
)
