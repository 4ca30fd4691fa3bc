"""Countries told by their towns, or by plants that are called by them."""

from __future__ import annotations

import re

_START = r"(?<![^\W_])"

#: Towns that no other word of a shop's is, by country: «Bursa üretimi» is made in Turkey.
_TOWNS = {
    "tr": (
        "anadolu ege karadeniz akdeniz trakya анатоли "
        "istanbul ankara izmir bursa antalya adana denizli gaziantep konya kayseri eskişehir trabzon samsun malatya "
        "diyarbakır kahramanmaraş tekirdağ kocaeli manisa balıkesir çanakkale edirne sakarya erzurum kütahya isparta "
        "burdur afyonkarahisar şanlıurfa hatay mersin nevşehir kapadokya kastamonu zonguldak giresun "
        "bakanlığı стамбул анкара измир бурса анталья денизли газиантеп конья кайсери малатья бурдур"
    ),
    "ru": (
        "алтай алтайск сибирь сибирск урал уральск кавказ карели башкири камчатк "
        "москва москве московская санкт-петербург спб новосибирск екатеринбург казань челябинск самара омск ростов уфа "
        "красноярск воронеж пермь волгоград краснодар саратов тюмень тольятти ижевск барнаул иркутск "
        "хабаровск ярославль иваново тула рязань пенза киров курск бийск калининград томск "
        "кемерово смоленск калуга moscow moskova"
    ),
    "by": "минск брест гродно витебск гомель могилев борисов бобруйск барановичи рб minsk",
    "ua": "киев харьков львов одесса днепр kyiv kiev",
    "kz": "алматы алма-ата астана шымкент",
    "uz": "ташкент самарканд",
    "us": "states california калифорния",
    "de": "берлин мюнхен гамбург кельн франкфурт berlin münchen munich hamburg cologne düsseldorf leverkusen darmstadt",
    "fr": "париж лион марсель paris lyon grasse грасс",
    "it": (
        "sicilya sicily toscana tuscany сицили тоскан милан рим неаполь болонья флоренция "
        "milan milano roma bologna firenze florence torino"
    ),
    "gb": "лондон kingdom london manchester birmingham edinburgh leeds scotland wales шотландия",
    "es": "мадрид барселона madrid barcelona valencia",
    "pl": "варшава краков warsaw warszawa polish",
    "ch": "цюрих женева базель zürich zurich geneva basel",
    "in": "мумбаи дели mumbai delhi bangalore ahmedabad hyderabad",
    "kr": "сеул seoul",
    "jp": "токио осака tokyo osaka",
    "cn": "prc пекин шанхай гуанчжоу шэньчжэнь shanghai shenzhen guangzhou",
}


def is_town_of(folded: str, country: str) -> bool:
    """Whether a folded text names a town of a country, with or without an ending."""
    towns = _TOWNS.get(country)
    if towns is None:
        return False
    return (
        re.search(
            rf"{_START}(?:{'|'.join(towns.split())})(?:['’]?[a-zçğıöşü]{{0,4}}|[аеиоуыяйм]{{1,2}})?(?![^\W_])",
            folded,
        )
        is not None
    )


#: Countries in Latin names of plants: «софора японская».
_OF_PLANTS = {
    "jp": "japonic",
    "cn": "sinens|chinens",
    "in": "indic",
    "eg": "aegypt",
    "us": "american",
    "gb": "anglic",
}


def is_of_country(folded: str, country: str) -> bool:
    """Whether a folded text names a town of a country, or a plant that is called by it."""
    plant = _OF_PLANTS.get(country)
    return is_town_of(folded, country) or (
        plant is not None and re.search(rf"(?<![^\W_]){plant}[a-z]{{1,3}}(?![^\W_])", folded) is not None
    )
