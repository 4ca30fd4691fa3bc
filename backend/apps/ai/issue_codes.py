"""Every finding that the check knows: its code, how grave it is, what it takes from the score, what it is about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.ai.types import Issue, Severity

B, W, N = Severity.BLOCKING, Severity.WARNING, Severity.NOTE


@dataclass(frozen=True, slots=True)
class Rule:
    """`points`: what a finding takes from a card's score of 1. `repairable`: the writer's second look can mend it."""

    code: str
    severity: Severity
    points: float
    about: str
    repairable: bool = False


_TABLE = (
    # the source
    Rule("no_title", B, 0.5, "у товара нет названия"),
    Rule("absurd_title", B, 0.4, "название источника ничего не называет"),
    Rule("no_price", N, 0.02, "цена неизвестна"),
    Rule("price_zero", B, 0.4, "цена равна нулю или отрицательна"),
    Rule("price_low", B, 0.3, "цена ниже порога своей валюты"),
    Rule("prompt_injection", B, 0.6, "текст источника обращается к модели с указаниями"),
    Rule("source_contradiction", B, 0.4, "дозировка в названии и описании источника разная"),
    Rule("active_html", B, 0.1, "в описании источника был исполняемый код"),
    Rule("images_failed", N, 0.02, "не все фотографии удалось прочитать"),
    Rule("picture_dose", B, 0.4, "на упаковке другая дозировка"),
    Rule("picture_substance", B, 0.4, "на упаковке другое вещество"),
    Rule("picture_kind", B, 0.4, "на фотографии товар другого вида"),
    Rule("picture_count", W, 0.1, "на упаковке другое количество"),
    Rule("picture_colour", W, 0.1, "на фотографии другой цвет"),
    Rule("picture_brand", W, 0.1, "на фотографии другая марка"),
    Rule("picture_shared", W, 0.05, "та же картинка у многих товаров"),
    Rule("picture_poor", N, 0.01, "фотографии плохие"),
    Rule("unanswered", B, 0.5, "модель не ответила на вопрос: карточка неполная"),
    # the category
    Rule("no_category", B, 0.3, "подходящей категории не нашлось"),
    Rule("low_confidence", B, 0.2, "уверенность в категории ниже порога"),
    Rule("vector_store_unavailable", W, 0.1, "поиск похожих товаров был недоступен"),
    Rule("no_source_text", W, 0.1, "у товара нет текста, по которому подбирают категорию"),
    Rule("no_candidates", W, 0.1, "похожих категорий не нашлось"),
    Rule("second_look", W, 0.05, "категория найдена со второй попытки"),
    Rule("second_look_none", W, 0.05, "в ветке подходящей категории тоже нет"),
    Rule("no_certain_branch", W, 0.05, "неясна даже ветка каталога"),
    Rule("attribute_without_evidence", W, 0.02, "характеристика отброшена: её ничто не подтверждает"),
    Rule("attribute_unknown", W, 0.02, "характеристика отброшена: у категории такой нет"),
    Rule("attribute_not_allowed", W, 0.02, "характеристика отброшена: значение не из допустимых"),
    Rule("category_warning", W, 0.1, "подбор категории предупреждает"),
    # faithfulness
    Rule("fact_lost", B, 0.4, "факт исходного названия потерян", repairable=True),
    Rule("fact_invented", B, 0.4, "в тексте есть факт, которого нет в данных товара", repairable=True),
    Rule(
        "title_fact", B, 0.4, "в заголовке дозировка или количество не из исходного названия", repairable=True
    ),
    Rule("number_dropped", B, 0.4, "в тексте единица измерения без числа", repairable=True),
    Rule("title_incomplete", W, 0.1, "дозировка или количество из названия есть только в описании"),
    Rule("brand_lost", B, 0.3, "бренд из исходного названия потерян", repairable=True),
    Rule("brand_missing", W, 0.05, "бренда товара нет в карточке"),
    Rule("brand_other", B, 0.4, "в заголовке чужая марка", repairable=True),
    Rule("colour_other", B, 0.4, "цвет не тот, что в данных товара", repairable=True),
    Rule("gender_other", B, 0.4, "не для тех, кто назван в данных товара", repairable=True),
    Rule("kind_other", B, 0.4, "вид товара или его признак не тот, что в данных", repairable=True),
    # what a writer leaves behind
    Rule("refusal", B, 0.5, "вместо описания отказ или оправдание", repairable=True),
    Rule("letter", B, 0.4, "к описанию приписано письмо", repairable=True),
    Rule("placeholder", B, 0.4, "в тексте осталось незаполненное место", repairable=True),
    Rule("markdown", B, 0.3, "в тексте осталась чужая разметка", repairable=True),
    Rule("raw_json", B, 0.4, "в тексте остался код ответа", repairable=True),
    Rule("repeated", B, 0.3, "одно и то же сказано несколько раз", repairable=True),
    Rule("shop_promise", B, 0.4, "обещание магазина", repairable=True),
    # meaning
    Rule("meaning_polarity", B, 0.5, "карточка говорит обратное источнику", repairable=True),
    Rule("meaning_who_when_how", B, 0.4, "кому, когда или как — не так, как в источнике", repairable=True),
    Rule("meaning_whose_figure", B, 0.4, "величина отнесена не к тому, к чему в источнике", repairable=True),
    Rule("meaning_name_unproved", B, 0.4, "вещества или названия в источнике нет", repairable=True),
    Rule("meaning_claim_unproved", B, 0.4, "источник этого не говорит", repairable=True),
    Rule("meaning_left_out", B, 0.4, "пропущено то, о чём источник предупреждает", repairable=True),
    Rule("meaning_foreign_text", B, 0.6, "описание другого товара", repairable=True),
    Rule("meaning_uncertain", W, 0.05, "источник говорит это другими словами или не говорит"),
    Rule("meaning_doubted", B, 0.3, "вторая проверка не находит этого в источнике", repairable=True),
    # language
    Rule("foreign_words", B, 0.34, "в русском тексте остались иностранные слова", repairable=True),
    Rule("untranslated", B, 0.3, "слова источника остались без перевода"),
    # safety
    Rule("replica", B, 0.6, "слова о подделке или копии"),
    Rule("claim", B, 0.4, "обещание, которого карточка давать не может", repairable=True),
    Rule("superlative", W, 0.1, "хвалебные слова, которые нечем подтвердить"),
    Rule("notice_missing", B, 0.3, "нет обязательного предупреждения", repairable=True),
    Rule("near_duplicate", W, 0.1, "описание почти совпадает с описанием другого товара"),
    # completeness
    Rule("no_text", B, 0.5, "заголовок пуст", repairable=True),
    Rule("description_short", B, 0.3, "описание слишком короткое", repairable=True),
    Rule("seo_empty", N, 0.02, "SEO-поле пусто"),
    Rule("source_cut", B, 0.2, "описание источника длиннее, чем модели можно показать"),
    Rule("mask_left", B, 0.4, "в тексте осталась пометка образца", repairable=True),
    Rule("leaflet", B, 0.3, "раздел инструкции переведён с ошибками"),
    Rule("leaflet_untranslated", B, 0.2, "раздел инструкции не переведён"),
    # shape
    Rule("title_long", N, 0.02, "название слишком длинное"),
    Rule("title_no_brand", N, 0.02, "в названии нет бренда"),
    Rule("seo_length", N, 0.01, "длина SEO-поля не та"),
    Rule("keywords_count", N, 0.01, "ключевых слов мало или много"),
    Rule("keywords_repeat", N, 0.01, "ключевые слова повторяют друг друга"),
    Rule("description_length", N, 0.02, "описание короче или длиннее, чем нужно"),
    Rule("description_wall", N, 0.02, "описание не разбито на абзацы"),
    Rule("benefits_count", N, 0.01, "преимуществ мало или много"),
    Rule("section_missing", N, 0.02, "раздел, который у поставщика есть, в описании пропущен"),
    # what happened to the product meanwhile
    Rule("stale", B, 0.0, "товар изменился, пока карточка готовилась"),
    Rule("source_changed", B, 0.0, "данные поставщика изменились после прежнего применения"),
    # the shop's own rules
    Rule("house_word", B, 0.2, "в карточке слово, которое магазин запретил", repairable=True),
    Rule("house_shape", W, 0.05, "длина или разделы не такие, как хочет магазин"),
    Rule("rejected_before", B, 0.0, "такую же карточку человек уже отклонил"),
)
RULES: dict[str, Rule] = {rule.code: rule for rule in _TABLE}

#: What the moderator calls the fields of a card.
FIELDS: Mapping[str, Any] = {
    "title": _("заголовок"),
    "description": _("описание"),
    "seo_title": _("SEO-заголовок"),
    "seo_description": _("SEO-описание"),
    "keywords": _("ключевые слова"),
    "attributes": _("характеристики"),
    "category": _("категория"),
}
MOST_QUOTES = 10
LONGEST_QUOTE = 200


def issue(
    code: str, message: str, quotes: Iterable[str] = (), *, field: str = "", evidence: str = ""
) -> Issue:
    """A finding of `RULES`, its sentence ended by field and offending words. KeyError for any other code."""
    rule = RULES[code]
    unique = tuple(dict.fromkeys(quote.strip()[:LONGEST_QUOTE] for quote in quotes if quote.strip()))
    unique = unique[:MOST_QUOTES]
    place = f" ({FIELDS[field]})" if field in FIELDS and unique else ""
    if unique:
        message = f"{message.rstrip('.')}{place}: {', '.join(f'«{quote}»' for quote in unique)}."
    return Issue(
        code=code,
        severity=rule.severity,
        message=message,
        field=field,
        quotes=unique,
        score=rule.points,
        evidence=evidence,
    )
