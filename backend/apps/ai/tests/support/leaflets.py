"""A leaflet of an invented medicine, as Turkish suppliers paste it, and its translation section by section."""

from __future__ import annotations

import json
import re
from typing import Any

from apps.ai.tests.support import shop_answers

INTRO = "Ağrıkes 500 mg Tablet, 20 tablet. Reçetesiz satılır."
#: Heading and text of the source, and the text in Russian (a line a paragraph).
SECTIONS: dict[str, tuple[str, str]] = {
    "ETKİN MADDE": (
        "Her tablet 500 mg parasetamol içerir.",
        "Каждая таблетка содержит 500 мг парацетамола.",
    ),
    "YARDIMCI MADDELER": (
        "Mısır nişastası, povidon K30, magnezyum stearat 2,5 mg.",
        "Кукурузный крахмал, повидон K30, стеарат магния 2,5 мг.",
    ),
    "1. AĞRIKES nedir ve ne için kullanılır?": (
        "Ağrıkes hafif ve orta şiddetli ağrıların giderilmesi ve ateşin düşürülmesi için kullanılır. Baş ağrısı, diş "
        "ağrısı ve kas ağrısında etkilidir.",
        "Агрикес применяют для облегчения слабой и умеренной боли и для снижения жара. Он действует при головной, "
        "зубной и мышечной боли.",
    ),
    "Kontrendikasyonlar": (
        "Parasetamole karşı aşırı duyarlılığı olanlarda kullanılmaz.\n"
        "Şiddetli karaciğer yetmezliği (Child-Pugh kategorisi > 9) olan hastalarda kullanılmamalıdır.",
        "Не применяют при повышенной чувствительности к парацетамолу.\n"
        "Нельзя применять больным с тяжёлой печёночной недостаточностью (Child-Pugh, более 9).",
    ),
    "Uyarılar ve önlemler": (
        "Günde 2000 mg üzerinde alkol ile birlikte kullanılmamalıdır. 3-5 gün içinde yeni belirtiler ortaya çıkarsa "
        "veya ağrı geçmezse hekime başvurulmalıdır. Böbrek yetmezliği olan hastalarda dikkatli kullanılmalıdır. Uzun "
        "süreli kullanımda karaciğer fonksiyonları izlenmelidir. Anemisi olanlarda hekim kontrolünde kullanılır.",
        "Не следует принимать вместе с алкоголем в дозе выше 2000 мг в сутки. Если в течение 3–5 дней появятся новые "
        "признаки болезни или боль не пройдёт, нужно обратиться к врачу. Больным с почечной недостаточностью "
        "применять с осторожностью. При длительном применении следует наблюдать за функцией печени. При анемии "
        "применяют под наблюдением врача.",
    ),
    "Kullanım şekli ve dozu": (
        "Yetişkinler: 4-6 saat ara ile 1-2 tablet alınır. Günde 8 tabletten (4000 mg) fazla alınmaz.\n"
        "12 yaşından büyük çocuklar: günde 3 kez 1 tablet alınır.\n"
        "Tabletler yeterli miktarda su ile yutulur.",
        "Взрослые: принимают 1–2 таблетки с промежутком 4–6 часов. В сутки не более 8 таблеток (4000 мг).\n"
        "Дети старше 12 лет: принимают по 1 таблетке 3 раза в сутки.\n"
        "Таблетки проглатывают, запивая достаточным количеством воды.",
    ),
    "Yan etkiler": (
        "Seyrek: deri döküntüsü, kaşıntı, kurdeşen. Çok seyrek: trombositopeni, alerjik reaksiyonlar. Bunlardan biri "
        "sizde mevcut ise ilacı kullanmayı durdurunuz ve hemen doktorunuza bildiriniz veya size en yakın hastanenin "
        "acil bölümüne başvurunuz.",
        "Редко: кожная сыпь, зуд, крапивница. Очень редко: тромбоцитопения, аллергические реакции. Если у вас есть "
        "что-то из этого, прекратите применение лекарства и сразу сообщите врачу или обратитесь в приёмное отделение "
        "ближайшей больницы.",
    ),
    "Doz aşımı": (
        "Yetişkinlerde 10 gram üzerinde alındığında zehirlenme görülür. 24 saat içinde solgunluk, bulantı, kusma ve "
        "karın ağrısı ortaya çıkar. Belirti olmasa bile hemen hekime başvurulmalıdır.",
        "При приёме более 10 г у взрослых наступает отравление. В течение 24 часов появляются бледность, тошнота, "
        "рвота и боль в животе. Даже при отсутствии признаков следует сразу обратиться к врачу.",
    ),
    "Saklama koşulları": (
        "25 °C'nin altındaki oda sıcaklığında, çocukların göremeyeceği ve erişemeyeceği yerlerde saklayınız. Son "
        "kullanma tarihinden sonra kullanmayınız.",
        "Хранить при комнатной температуре ниже 25 °C, в месте, которое дети не видят и до которого не достанут. Не "
        "применять после окончания срока годности.",
    ),
}
FILLER = (
    "Hamilelik ve emzirme",
    " ".join(
        f"Hamileyseniz veya emziriyorsanız ilacı kullanmadan önce doktorunuza danışınız{'' if n else ' lütfen'}."
        for n in range(12)
    ),
    " ".join(
        "Если вы беременны или кормите грудью, посоветуйтесь с врачом, прежде чем применять лекарство"
        f"{'' if n else ', пожалуйста'}."
        for n in range(12)
    ),
)
ALL = {**SECTIONS, FILLER[0]: FILLER[1:]}


def description(**replaced: str) -> str:
    """The supplier's HTML. `replaced`: other texts by heading."""
    parts = [f"<p>{INTRO}</p>"]
    for heading, (source, _) in ALL.items():
        body = replaced.get(heading, source).replace("\n", "<br>")
        parts.append(f"<h3>{heading}</h3><p>{body}</p>")
    return "".join(parts)


def translator(**spoiled: str) -> Any:
    """A script for the test server: the known translations; `spoiled` by source heading, once or always."""

    def script(schema: dict[str, Any], request: dict[str, Any]) -> Any:
        if "heading" not in schema["properties"]:
            return shop_answers.answer(schema, request)
        user = request["messages"][1]["content"]
        section = json.loads(re.search(r"<section>\n(.*?)\n</section>", user, re.DOTALL)[1])  # type: ignore[index]
        found = next(
            russian for source, russian in ALL.values() if source.split("\n") == section["text"].split("\n")
        )
        text = spoiled.get(section["heading"], found)
        return {
            "heading": "Раздел",
            "text": "".join(f"<p>{line}</p>" for line in text.split("\n")),
            "untranslated": [],
        }

    return script


def asked(requests: list[dict[str, Any]]) -> list[str]:
    """Headings of the sections that were asked for, in order."""
    texts = [str(body["messages"][1]["content"]) for body in requests if "messages" in body]
    found = (re.search(r"<section>\n(.*?)\n</section>", text, re.DOTALL) for text in texts)
    return [json.loads(match[1])["heading"] for match in found if match]
