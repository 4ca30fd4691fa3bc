"""Effects and harmlessness that a card adds: what goods do, or never do, to something of which the source says nothing.

«Снимает усталость», «защищающий от солнца», «не пачкает одежду»: no lexicon need have the words. Who says the source in
words of his own keeps at least the thing that something is done to.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from apps.ai.text.meaning.claims import says_little, tells
from apps.ai.text.meaning.deeds import Deed, deeds, form_of, is_thing
from apps.ai.text.meaning.findings import Case, Code, Finding
from apps.ai.text.meaning.names import COMMON
from apps.ai.text.meaning.negations import Negates, negates
from apps.ai.text.meaning.reading import Token, Unit, mentions_at
from apps.ai.text.meaning.stance import Stance, clause_at, stances

#: Verbs of what goods are bought for, in all their forms that `deeds` knows.
_EFFECT = re.compile(
    r"(?:улучш|повыш|повыс|сниж|сниз|пониж|пониз|уменьш|увелич|усили|ослабл|укрепл|укреп[ия]|восстан|регенер|нормализ|стабилиз|"
    r"регулир|баланс|контролир|стимулир|активи[зр]|ускор|замедл|тормоз|предотвра|предупре|препятств|защи[щт]|обере|предохран|"
    r"спаса|леч[иа]|(?:вы|за|из)леч|исцел|избав|устран|снима|снимет|снимут|снять|убира|убер|убра|купир|облегч|очищ|очист|вывод|вывед|вывест|"
    r"уничтож|убива|убьет|подавл|угнета|нейтрализ|обезбол|обеззараж|дезинфиц|стерилиз|успок|расслаб|тонизир|бодр|взбадр|"
    r"насыща|обогащ|пита[ею]|увлажн|смягч|размягч|разглаж|подтя[гн]|омола|освежа|осветл|отбел|выравн|выровн|сужа|сузит|расшир|разжиж|"
    r"рассасыв|раствор|расщепл|разруша|сжига|удлин|утолща|уплотн|наращ|развива|трениру|воспитыва|исправл|корр[ие]|выпрямл|"
    r"удал[яи]|отпуг|отталк|отбива|заглуш|блокир|продлева|возвраща|верн[уе]т|поднима|поднимет|измеря|заряжа|сокраща|противосто|"
    r"согрева|прогрева|охлажда|разгоня|подстег|побежда|борется|борются|бороться|справля|прогоня)"
)
#: What a medicine, a drink or a mixture of two does to the medicine itself: said in many words.
_OF_MEDICINES = re.compile(
    r"(?:усвоен|всасыв|всосаться|действи|эффект|концентрац|уров[ен]|активност|выведени|проявлени|симптом|признак|состоян|положен|"
    r"примен|приме?н|помощ|доз[аыуеой]|препарат|лекарств|средств|вклад|срок|врем[яе]|результат|минут|час[аоы]|час$|дн[яе]|день|раз$|раза$|"
    r"градус|примерн|процент|друг|сам|весь|все$|кажд|болезн|заболев|развити|част[ьи]|количеств|скорост|риск|вероятност|возможност|"
    r"степен|процесс|функц|работ|интервал)"
)
#: What these do is done with a preposition or another case: «защищает от», «помогает при», «препятствует».
_FROM = re.compile(
    r"(?:защи[щт]|обере|предохран|спаса|избав|очищ|леч|помога|бор[ею]т|справля|препятств|противосто|предупре)"
)
#: What doctor and patient do to the treatment, and what other medicines do: no deeds of the goods.
_TREATMENT = ("доз", "прием", "интервал", "лечени", "курс")
_OTHERS = ("терапи", "средств", "препарат", "лекарств", "веществ", "медикамент")


#: Harm that goods are said not to do, or not to take.
_HARM = re.compile(
    r"(?:раздраж|пачка|сушит|сушат|пересуш|стягив|щипл|щипет|жжет|жгут|вызыв|формир|созда|провоцир|наруша|вред[ия]т|порт[ия]т|"
    r"царапа|поврежд|травмир|разруша|оставля|окрашив|линя|садится|садятся|мнет|мнут|выцвет|выгора|тускне|промок|горит|горят|"
    r"плав[ия]т|лома|бьется|бьются|треска|ржаве|деформир|скольз|пахнет|протек|смыва|стирается|стираются|осыпа|скатыв|отклеив|"
    r"влия|сказыв|меша[ею]|проника|всасыв|накапл|шум[ия]т|нагревае|запот|взаимодейств|ухудша|утяжел|забива|закупор|"
    r"боится|боятся|слипа|крош)"
)


def check(case: Case) -> Iterator[Finding]:
    if says_little(case):
        return
    for at, (unit, clauses) in enumerate(zip(case.body.units, stances(case.body), strict=True)):
        if unit.text.strip(" .;") in case.proof.known.text:
            continue
        for deed in deeds(unit):
            said = clause_at(clauses, deed.verb.at)
            forbidden = said.own and said.stance is Stance.FORBIDS
            if not deed.named or not (
                _is_harmless(case, at, deed) if deed.denied else not forbidden and _is_effect(unit, deed)
            ):
                continue
            words = [one for one in deed.object if tells(one.small)]
            if not any(has(case, unit, one) or _is_common(case, unit, one) for one in words):
                yield Finding(Code.CLAIM, "description", _quote(unit, deed), case.evidence_of(at))


def _is_common(case: Case, unit: Unit, token: Token) -> bool:
    """«снимает боль» of a medicine of any disease: as often a paraphrase."""
    common = any(one.id in COMMON - {"infection"} for one in mentions_at(unit).get(token.at, ()))
    return common and any(one.group == "disease" for one in case.source.mentions())


def _quote(unit: Unit, deed: Deed) -> str:
    tokens = (deed.verb, *deed.object)
    start, end = min(one.start for one in tokens), max(one.end for one in tokens)
    return unit.text[start - unit.start : end - unit.start]


def _is_effect(unit: Unit, deed: Deed) -> bool:
    """Whether goods do something to what is neither the treatment nor what medicines do by themselves."""
    verb = deed.verb.small
    if not _EFFECT.match(verb) or verb.endswith(("ся", "сь")):
        return False
    is_plural = form_of(verb) == "plur"
    if not deed.direct and (is_plural or not _FROM.match(verb)):
        return False
    things = [one.small for one in deed.object if tells(one.small) and is_thing(one.small)]
    if all(map(_OF_MEDICINES.match, things)) or any(one.startswith(_TREATMENT) for one in things):
        return False
    return form_of(verb) != "PRTF" or not _is_of_others(unit, deed.verb)


def _is_of_others(unit: Unit, participle: Token) -> bool:
    """«с терапией, снижающей кислотность»"""
    near = unit.tokens[max(0, participle.at - 2) : participle.at]
    return any(one.small.startswith(_OTHERS) for one in near)


def _is_harmless(case: Case, at: int, deed: Deed) -> bool:
    """Whether a harm is denied for which the source has no word, and in another language no further negation."""
    unit, verb = case.body.units[at], deed.verb
    if not _HARM.match(verb.small) or form_of(verb.small) in {"INFN", "GRND"} or has(case, unit, verb):
        return False
    if case.source.is_russian:
        return True
    return not verb.small.startswith("бо") and _denials([unit]) > _denials(_may_be_said(case, at))


def _may_be_said(case: Case, at: int) -> list[Unit]:
    """The sentences of the source that one of the card may say: its own, and those that no other says."""
    others = {place for pair in case.pairs if pair.card != at for place in pair.sources}
    own = case.pairs[at].sources
    return [unit for place, unit in enumerate(case.source.units) if place in own or place not in others]


def _denials(units: Sequence[Unit]) -> int:
    return sum(negates(token.small) is not Negates.NO for unit in units for token in unit.tokens)


def has(case: Case, unit: Unit, token: Token) -> bool:
    """Whether the source has a word, or speaks of what it means."""
    return case.proof.has_word(token) or any(
        case.proof.proves(one, unit) for one in mentions_at(unit).get(token.at, ())
    )
