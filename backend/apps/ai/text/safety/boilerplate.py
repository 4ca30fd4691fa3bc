"""What a writer leaves in a card that is no text about the product: apologies, letters, gaps, code, promises of a shop.

Each kind is found in plain text; `find` returns the offending words by kind, as they stand.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from apps.ai.text.language.phrases import Phrases, alternatives_of

#: Sentences of so many words count as repeated; shorter ones («Без рецепта.») may stand twice, three times in a row not.
REPEATED_WORDS = 3
MOST_REPEATED = 2

_REFUSAL = (
    r"(?:извините|простите|прошу прощения|к сожалению)[^.!?\n]{0,60}?(?:не (?:могу|можем|смог|имею|вправе|предостав|даю|хватает|содерж|указан)|нет (?:сведений|данных|информации)|невозможно|отсутству)[^.!?\n]*",
    r"(?:как|будучи) (?:языков\w+ модел\w+|искусственн\w+ интеллект\w*|ии\b|нейросет\w+|ассистент\w*|виртуальн\w+ помощник\w*)[^.!?\n]*",
    r"(?:я|мы) не (?:могу|можем|имею права|вправе|даю|предоставля\w+|уполномочен\w*)[^.!?\n]*",
    r"(?:в|из) (?:исходн\w+ )?(?:источник[еа]|данных товара|исходных данных|предоставленн\w+ (?:данных|тексте|материал\w+))[^.!?\n]{0,20}(?:нет|не (?:указан|сказан|приведен|содерж|хватает))[^.!?\n]*",
    r"(?:информация|сведения|данные)[^.!?\n]{0,40} (?:не предоставлен\w*|отсутству\w+ в (?:источнике|данных|запросе))",
    r"as an? (?:ai|language model|assistant)[^.!?\n]*|i(?: am|'m|’m) (?:sorry|unable|not able|an ai)[^.!?\n]*|i (?:cannot|can't|can’t|could not)[^.!?\n]*",
    r"(?:üzgünüm|maalesef)[^.!?\n]*|(?:bir )?(?:yapay zeka|dil model)\w* (?:olarak|asistan)[^.!?\n]*",
)
_LETTER = (
    r"вот (?:ваш\w*|готов\w+|обновл[её]нн\w+|исправленн\w+|сам\w+|вариант|текст|описание|карточк\w+|перевод|ответ)[^.!?\n]{0,60}?(?:[:.]|описание|карточк|текст|перевод)",
    r"(?:конечно|разумеется|с удовольствием|безусловно|хорошо|отлично|понял|принято)[!,] ?(?=[^.!?\n]{0,60}(?:вот|ниже|карточк|описани|текст|перевод|составил|подготовил|готов))[^.!?\n]*|(?:конечно|разумеется|с удовольствием)!",
    r"ниже (?:представлен\w*|привед[её]н\w*|готов\w*|описание|карточк\w+|текст|вы найд[её]те)[^.!?\n]*",
    r"надеюсь,? [^.!?\n]*|если (?:вам |у вас )?(?:нуж|понадоб|потребу|что-то|требу|хотите|есть (?:вопрос|замечан|пожелан))[^.!?\n]{0,60}(?:правк|верси|вариант|измен|напишите|сообщите|дайте знать|дополн|обращ|вопрос)[^.!?\n]*",
    r"дайте (?:мне )?знать[^.!?\n]*|(?:рад|рады|готов\w*) (?:был[аи]? )?(?:помочь|доработать|внести правки|ответить)[^.!?\n]*",
    r"(?:текст|описание|карточка|ответ)[^.!?\n]{0,20} (?:полностью )?(?:соответству\w+ (?:всем )?(?:требовани|услови|задани|инструкц|правил)|(?:составлен|написан|подготовлен|переведен)\w* (?:по|согласно|на основе|в соответствии)|выполнен\w* согласно)[^.!?\n]*",
    r"(?:по вашему запросу|согласно (?:вашему|заданию|инструкции по оформлению)|как вы (?:просили|и просили)|по вашей просьбе)[^.!?\n]*|(?:я |мы )(?:составил|написал|подготовил|исправил|перев[её]л|добавил|учел|учёл)\w*[^.!?\n]*",
    r"(?:нужно|надо|следует|необходимо) (?:упомянуть|указать в карточке|добавить в описание|не забыть|проверить, что|написать о)[^.!?\n]*|(?:пользователь|заказчик) (?:просит|хочет|просил)[^.!?\n]*",
    r"here(?: is|'s|’s| are) (?:the|your|a)[^.!?\n]{0,30}(?:description|card|text|translation|version)[^.!?\n]*|sure[!,] ?[^.!?\n]*|i hope (?:this|it)[^.!?\n]*|let me know[^.!?\n]*|feel free to[^.!?\n]*",
    r"işte (?:ürün|istediğiniz|hazır|açıklama)[^.!?\n]*|umarım[^.!?\n]*|elbette[!,][^.!?\n]*",
)
_PLACEHOLDER = (
    r"\[[^\[\]\n\d]{0,3}(?:название|бренд|имя|наименован|производител|вставьте|вставить|укажите|указать|добавьте|описание|дозировк|количеств|состав|цена|артикул|категори|число|текст|ссылк|ваш|товар|страна|insert|your|brand|name|product|company|price|number|text|here|add|marka|ürün|fiyat)[^\[\]\n]{0,40}\]",
    r"\{\{[^{}\n]{1,60}\}\}|\$\{[^{}\n]{1,40}\}|(?<![\w{])\{(?:brand|name|title|product|price|бренд|название|товар|[a-z]+_[a-z_]+)\}|%\((?:\w+)\)s|%s\b|<(?:brand|название|бренд|insert)[^<>\n]{0,30}>",
    r"lorem ipsum[^.!?\n]*|dolor sit amet|(?<![^\W_])(?:TODO|FIXME|TBD)(?: ?:|\b(?=[.!]?$))[^.!?\n]{0,60}|(?<![^\W_])(?:X{3,}|N/A)(?![^\W_])|insert [^.!?\n]{0,30}here|(?:здесь|тут) (?:будет|должен быть|должно быть|вставьте|нужно вставить)[^.!?\n]{0,40}(?:текст|описани|назван)[^.!?\n]*|(?:вставьте|впишите|подставьте) [^.!?\n]{0,30}(?:сюда|здесь|назван|текст|бренд)[^.!?\n]*",
    r"(?:^|(?<=[\s>«\"(]))(?:undefined|null|NaN|None|nil|\[object Object\]|нет данных|не определено)(?=[\s<».,;)]|$)",
    r"(?:название|имя) (?:бренда|товара|продукта|компании)(?= (?:—|-|:|заботится|предлагает|представляет))|(?<!\.)\.{4,}|_{3,}",
)
_MARKDOWN = (
    r"```\w*|~~~",
    r"\*\*[^*\n]{1,200}\*\*|(?<!\w)__[^_\n]{1,200}__(?!\w)",
    r"(?m:^[ \t]*#{1,6} \S[^\n]{0,80})",
    r"(?m:^[ \t]*(?:\*|\+|- \[[ x]\]) [^\n]{1,80})",
    r"\[[^\[\]\n]{1,80}\]\((?:https?:|/|www)[^()\s]{1,200}\)",
    r"(?m:^\|[^\n]{3,200}\|[ \t]*$)",
    r"</?(?:p|ul|ol|li|strong|b|i|em|br|div|span|h[1-6]|table|td|tr|html|body)\b[^<>\n]{0,60}/?>|&(?:lt|gt|amp|nbsp|quot);",
)
_JSON = (
    r"[{\[]\s*\\?\"[^\"\n]{1,40}\\?\"\s*:\s*[\"\[{\d][^\n]{0,80}",
    r"\\?\"(?:title|description|seo_title|seo_description|keywords|key_benefits|untranslated)\\?\"\s*:[^\n]{0,60}",
)
_SHOP = (
    r"(?:бесплатн\w+|быстр\w+|срочн\w+|экспресс-?|наш\w+|удобн\w+) ?достав\w+[^.!?\n]*|достав(?:им|ляем|ит курьер|ка (?:по|в|за|до|на|курьером|бесплатн|осуществля|от|почтой|из))[^.!?\n]*|курьер\w* (?:привез|достав)[^.!?\n]*|самовывоз\w*[^.!?\n]*|отправ(?:им|ляем|ка в день)[^.!?\n]*|с доставкой[^.!?\n]*",
    r"возврат\w* (?:денег|средств|товара|возможен|возможна|в течение|без|\d)[^.!?\n]*|верн(?:[её]м|уть) (?:деньги|вам деньги|товар)[^.!?\n]*|обмен\w* (?:и возврат|возможен|товара)[^.!?\n]*|возврат \d+[^.!?\n]*|можно вернуть[^.!?\n]*|обменя(?:ем|ть) [^.!?\n]*(?:размер|товар)[^.!?\n]*",
    r"(?:скидк\w+|распродаж\w+|промокод\w*|купон\w*|кэшб[эе]к\w*|рассрочк\w+|(?:по|в|наша|выгодн\w+) акци\w+|бонус(?:ы|ов|ами) за|подарок к (?:заказу|покупке)|(?:в|при) подарок за)[^.!?\n]*",
    r"(?:закажите|купите|покупайте|заказывайте|оформ(?:ите|ляйте) заказ|добавьте в корзину|успейте|торопитесь|не упустите|спешите)[^.!?\n]*",
    r"(?:самая |самые |по )?(?:низк\w+|лучш\w+|выгодн\w+|доступн\w+|суперц?\w*|привлекательн\w+) цен\w+[^.!?\n]*|цен\w+ (?:снижен\w*|ниже|от производителя|действ\w+)[^.!?\n]*|(?:только )?у нас (?:в магазине|вы|можно|лучш|дешев|низк)[^.!?\n]*|только у нас[^.!?\n]*",
    r"осталось (?:всего )?\d+ (?:шт|экземпляр|пар|упаков)[^.!?\n]*|(?:есть|товар|всегда) в наличии[^.!?\n]*|количество ограничено[^.!?\n]*|в нашем (?:интернет-)?магазине[^.!?\n]*|наш(?:его|ем|им)? (?:интернет-)?магазин\w*[^.!?\n]*|менеджер\w* (?:ответ|помо|свяж|перезвон)[^.!?\n]*",
    r"мы гарантируем[^.!?\n]*|(?:официальн\w+ |наш\w+ |полн\w+ )?гаранти\w+ (?:от )?(?:нашего |нашей )?(?:магазин\w*|продавц\w*)[^.!?\n]*|гаранти\w+ (?:возврат|лучшей|подлинност|низк|качества)[^.!?\n]*|(?:подъ[её]м|сборк\w+|установк\w+|примерк\w+|упаковк\w+)[^.!?\n]{0,30}бесплатн\w*[^.!?\n]*|бесплатн\w+ (?:подъ[её]м|сборк|установк|примерк|консультац|возврат|обмен)[^.!?\n]*|оплат\w+ (?:при получении|картой|наличн|частями|после)[^.!?\n]*",
    r"free (?:shipping|delivery|returns?)[^.!?\n]*|money[- ]back[^.!?\n]*|(?:order|buy) (?:now|today)[^.!?\n]*|(?:ücretsiz|hızlı) kargo[^.!?\n]*|sepete ekle[^.!?\n]*|\d+ ?% (?:off|indirim)[^.!?\n]*",
)
#: A maker's guarantee is a fact of the product when its source states one.
_GUARANTEE = re.compile(r"гаранти\w+[^.!?\n]*", re.IGNORECASE)
_GUARANTEED = re.compile(r"гарант|garanti|warrant|guarantee", re.IGNORECASE)


def _compiled(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(r"(?<![^\W_])(?:" + "|".join(patterns) + ")", re.IGNORECASE)


def _phrases(patterns: tuple[str, ...]) -> Phrases:
    return Phrases(alternatives_of("|".join(patterns)))


#: In words, looked for in small letters; in signs, whose case counts.
_IN_WORDS = {"refusal": _phrases(_REFUSAL), "letter": _phrases(_LETTER), "shop_promise": _phrases(_SHOP)}
_IN_SIGNS = {
    "placeholder": _compiled(_PLACEHOLDER),
    "markdown": _compiled(_MARKDOWN),
    "raw_json": _compiled(_JSON),
}
_SENTENCE = re.compile(r"[^.!?\n]+")
_WORD = re.compile(r"[^\W_]+")


def find(text: str) -> dict[str, tuple[str, ...]]:
    """The offending words by kind; no key for a kind that is absent."""
    found = {}
    small = text.lower() if len(text.lower()) == len(text) else text
    for kind, phrases in _IN_WORDS.items():
        if quotes := tuple(
            dict.fromkeys(text[slice(*match.span())].strip() for match in phrases.finditer(small))
        ):
            found[kind] = quotes
    for kind, pattern in _IN_SIGNS.items():
        if quotes := tuple(dict.fromkeys(match[0].strip() for match in pattern.finditer(text))):
            found[kind] = quotes
    repeated = tuple(dict.fromkeys(_repeated(text)))
    if repeated:
        found["repeated"] = repeated
    return found


def unfounded_guarantee(text: str, source: str) -> tuple[str, ...]:
    """Guarantees that the source does not speak of."""
    if _GUARANTEED.search(source):
        return ()
    return tuple(dict.fromkeys(_GUARANTEE.findall(text)))


def _repeated(text: str) -> Iterator[str]:
    """Sentences that stand twice in a row, or more than twice anywhere."""
    counts: Counter[tuple[str, ...]] = Counter()
    before: tuple[str, ...] = ()
    for sentence in _SENTENCE.findall(text):
        words = tuple(word.lower() for word in _WORD.findall(sentence))
        if not words:
            continue
        counts[words] += 1
        again = words == before
        enough = len(words) >= REPEATED_WORDS
        if (again and enough) or (counts[words] > MOST_REPEATED and (again or enough)):
            yield sentence.strip()
        before = words
