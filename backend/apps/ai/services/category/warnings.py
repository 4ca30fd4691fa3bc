"""What was amiss in choosing a category, in words for a moderator. A warning is a code, or a code and a detail."""

from __future__ import annotations

from apps.ai.services.category import attributes, second_look

STORE_AWAY = "vector_store_unavailable"
NO_TEXT = "no_source_text"
NO_CANDIDATES = "no_candidates"

#: Russian sentences by code; `{}` is the detail.
SENTENCES = {
    STORE_AWAY: (
        "Поиск похожих товаров был недоступен: категория подобрана только по словам, уверенность снижена."
    ),
    NO_TEXT: "У товара нет текста, по которому можно подобрать категорию.",
    NO_CANDIDATES: "Похожих категорий не нашлось.",
    attributes.WITHOUT_EVIDENCE: "Характеристика «{}» отброшена: данные товара её не подтверждают.",
    second_look.FOUND: "Категория найдена со второй попытки, в ветке «{}».",
    second_look.FOUND_NOTHING: "В ветке «{}» подходящей категории тоже нет: возможно, её не хватает в каталоге.",
    second_look.NO_BRANCH: "Неясна даже ветка каталога: повторно спрашивать было не о чем.",
    attributes.UNKNOWN: "Характеристика «{}» отброшена: у категории такой нет.",
    attributes.NOT_ALLOWED: "Характеристика отброшена: {}.",
}


#: The code of a warning that has no sentence.
OTHER = "category_warning"


def code(warning: str) -> str:
    """The finding's code (`quality.codes`)."""
    name = warning.partition(":")[0]
    return name if name in SENTENCES else OTHER


def in_words(warning: str) -> str:
    """The sentence for a warning; an unknown code is shown as it is."""
    code, _, detail = warning.partition(":")
    sentence = SENTENCES.get(code)
    return sentence.format(detail) if sentence else f"Подбор категории: {warning}."
