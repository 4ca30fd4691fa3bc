"""Turkish words that need no line of their own: «propolisli» (with), «parfümsüz» (without), «setirizin hidroklorür»."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from apps.ai.text.language import russian
from apps.ai.text.language.glossary_data import Entry, Part
from apps.ai.text.language.russian import Case, Gender

#: Salts and other compounds as the second word of a substance's name; all are masculine in Russian.
_SALTS = {
    "hidroklorür": "гидрохлорид",
    "hidroklorid": "гидрохлорид",
    "hcl": "гидрохлорид",
    "dihidroklorür": "дигидрохлорид",
    "hidrobromür": "гидробромид",
    "klorür": "хлорид",
    "bromür": "бромид",
    "iyodür": "йодид",
    "florür": "фторид",
    "oksit": "оксид",
    "sülfat": "сульфат",
    "fosfat": "фосфат",
    "nitrat": "нитрат",
    "karbonat": "карбонат",
    "bikarbonat": "гидрокарбонат",
    "asetat": "ацетат",
    "sitrat": "цитрат",
    "laktat": "лактат",
    "malat": "малат",
    "maleat": "малеат",
    "fumarat": "фумарат",
    "tartrat": "тартрат",
    "süksinat": "сукцинат",
    "glukonat": "глюконат",
    "pikolinat": "пиколинат",
    "bisglisinat": "бисглицинат",
    "glisinat": "глицинат",
    "taurat": "таурат",
    "orotat": "оротат",
    "askorbat": "аскорбат",
    "treonat": "треонат",
    "stearat": "стеарат",
    "palmitat": "пальмитат",
    "hyaluronat": "гиалуронат",
    "hiyalüronat": "гиалуронат",
    "mesilat": "мезилат",
    "besilat": "безилат",
    "valerat": "валерат",
    "propiyonat": "пропионат",
    "furoat": "фуроат",
    "alginat": "алгинат",
    "pirofosfat": "пирофосфат",
    "selenit": "селенит",
    "benzoat": "бензоат",
    "trihidrat": "тригидрат",
    "monohidrat": "моногидрат",
}
#: Metals stand after their salt («цитрат магния»), other substances before it («цетиризина гидрохлорид»).
_METALS = russian.word_set(
    "магний кальций цинк железо натрий калий медь марганец хром селен литий алюминий йод висмут серебро титан барий"
)
_VOWELS = {"a": "ı", "ı": "ı", "e": "i", "i": "i", "o": "u", "u": "u", "ö": "ü", "ü": "ü"}


#: Metals that the file knows as the material of goods.
_AS_MATERIAL = (
    ("demir", "железо", Gender.NEUTER),
    ("bakır", "медь", Gender.FEMININE),
    ("krom", "хром", Gender.MASCULINE),
)
_BASES = {"sodyum": "натрия", "potasyum": "калия"}


def derived(entries: Iterable[Entry]) -> Iterator[Entry]:
    """What follows from the nouns that another noun may contain («с …»). Never better than an entry of the file."""
    for entry in entries:
        if (
            entry.part is not Part.NOUN
            or entry.gender is None
            or not entry.attribute.startswith(("с ", "со "))
        ):
            continue
        yield from _with_and_without(entry)
        if " " not in entry.source:
            yield from _salts(entry.source, entry.russian, entry.gender)
    for source, substance, gender in _AS_MATERIAL:
        yield from _salts(source, substance, gender)


def _with_and_without(entry: Entry) -> Iterator[Entry]:
    ending = harmony(entry.source)
    yield Entry(f"{entry.source}l{ending}", entry.attribute, Part.PHRASE)
    genitive = russian.decline(entry.russian, entry.gender or Gender.MASCULINE, Case.GENITIVE)
    if genitive:
        yield Entry(f"{entry.source}s{ending}z", f"без {genitive}", Part.PHRASE)


def harmony(word: str) -> str:
    """The vowel that a Turkish ending takes after a word: «propolis-li», «parfüm-lü»."""
    last = next((letter for letter in reversed(word) if letter in _VOWELS), "e")
    return _VOWELS[last]


def _salts(source: str, substance: str, gender: Gender) -> Iterator[Entry]:
    genitive = russian.decline(substance, gender, Case.GENITIVE)
    if genitive is None:
        return
    contained = russian.decline(substance, gender, Case.INSTRUMENTAL)
    for turkish, base in () if substance in _METALS else _BASES.items():
        attribute = f"с {contained} {base}"
        yield Entry(f"{source} {turkish}", f"{substance} {base}", Part.NOUN, gender, attribute)
    for turkish, salt in _SALTS.items():
        contained = russian.decline(salt, Gender.MASCULINE, Case.INSTRUMENTAL)
        if substance in _METALS:
            name, attribute = f"{salt} {genitive}", f"с {contained} {genitive}"
        else:
            name, attribute = f"{genitive} {salt}", f"с {genitive} {contained}"
        found = Entry(f"{source} {turkish}", name, Part.NOUN, Gender.MASCULINE, attribute)
        yield found
        yield Entry(f"{found.source}l{harmony(turkish)}", attribute, Part.PHRASE)
