"""Leaflets: found, parted, translated section by section, checked, remembered, and never paid for twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from apps.ai.models import AICall, AILeafletSection, AIProcessingLog
from apps.ai.services import composition
from apps.ai.services.care import retention
from apps.ai.services.money.meter import UnattendedMeter
from apps.ai.services.money.prices import load_prices
from apps.ai.services.people import confirmed, moderation
from apps.ai.services.runs import leaflets as leaflet_work
from apps.ai.services.runs import pipeline
from apps.ai.services.runs.submission import submit
from apps.ai.services.texts.leaflets import checks, sections
from apps.ai.services.texts.leaflets.checks import Translation
from apps.ai.services.texts.leaflets.sections import Section
from apps.ai.tests.support import leaflets
from apps.ai.tests.support.openai_server import Fault, OpenAIServer
from apps.ai.types import Mode
from apps.products.models import Category, Product
from apps.users.models import User

MakeProduct = Callable[..., Product]
HEADINGS = [heading.rstrip("?").removeprefix("1. ") for heading in leaflets.ALL]


# --- finding ----------------------------------------------------------------------------------------------------------


def test_sections_are_found_and_nothing_is_left_out() -> None:
    found = sections.of(leaflets.description(), kind="medicine")
    assert found is not None
    assert [section.heading for section in found.sections] == HEADINGS
    assert [section.text for section in found.sections] == [source for source, _ in leaflets.ALL.values()]
    assert [section.kind for section in found.sections] == [
        "composition",
        "composition",
        "indications",
        "contraindications",
        "warnings",
        "dosage",
        "side_effects",
        "overdose",
        "storage",
        "pregnancy",
    ]
    assert found.summary.startswith(leaflets.INTRO)
    assert "500 mg parasetamol" in found.summary
    assert "zehirlenme" not in found.summary


@pytest.mark.parametrize(
    ("line", "kind", "rest"),
    [
        ("Состав: вода, глицерин", "composition", "вода, глицерин"),
        ("ПОКАЗАНИЯ К ПРИМЕНЕНИЮ", "indications", ""),
        ("4.3. Kontrendikasyonlar", "contraindications", ""),
        ("• KULLANIM ŞEKLİ:", "dosage", ""),
        ("SAKLAMA KOŞULLARI", "storage", ""),
        ("Side effects", "side_effects", ""),
        ("Условия хранения:", "storage", ""),
        ("PAROL'ü aşağıdaki durumlarda KULLANMAYINIZ", "contraindications", ""),
    ],
)
def test_headings(line: str, kind: str, rest: str) -> None:
    found = sections._heading_of(line)
    assert found is not None
    assert (found[0], found[2]) == (kind, rest)


@pytest.mark.parametrize(
    "line",
    [
        "В состав входит вода",
        "Kullanım kolaylığı sağlar.",
        "Применение этого крема: утром",
        "",
        "Состав крема",
        "x" * 200,
    ],
)
def test_no_headings(line: str) -> None:
    assert sections._heading_of(line) is None


def test_only_long_texts_of_medicines_with_several_headings() -> None:
    text = leaflets.description()
    assert sections.of(text, kind="clothes") is None
    assert sections.of(text[:2000], kind="medicine") is None
    assert sections.of("Состав: вода. " + "Слово. " * 2000, kind="medicine") is None
    assert sections.of("<b>" * 5000, kind="medicine") is None


@pytest.mark.parametrize(
    "text",
    [
        "Строка.\n" * 3000,
        "Предложение о лекарстве. " * 1000,
        "слово " * 5000,
        "б" * 20_000,
    ],
    ids=["lines", "sentences", "words", "letters"],
)
def test_pieces_hold_the_whole_section(text: str) -> None:
    pieces = sections.pieces(Section("dosage", "Применение", text))
    assert "".join("".join(pieces).split()) == "".join(text.split())
    assert max(len(piece) for piece in pieces) <= sections.PIECE
    assert len(pieces) <= 2 + 2 * len(text) // sections.PIECE


# --- judging ----------------------------------------------------------------------------------------------------------


def judged(source: str, text: str, *, heading: str = "Раздел", **values: Any) -> str:
    translated = Translation(heading, f"<p>{text}</p>" if text else "", **values)
    return " ".join(checks.problems(source, translated, language_code="ru", names=["Ağrıkes"]))


@pytest.mark.parametrize("heading", leaflets.ALL)
def test_honest_translations_pass(heading: str) -> None:
    source, russian = leaflets.ALL[heading]
    assert judged(source, russian.replace("\n", "</p><p>")) == ""


DOSAGE, IN_RUSSIAN = leaflets.ALL["Kullanım şekli ve dozu"]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (IN_RUSSIAN.replace("4000 мг", "400 мг"), "Потеряно: «4000 mg»"),
        (IN_RUSSIAN.replace("12 лет", "2 лет"), "Потеряно: «12 yaş»"),
        (IN_RUSSIAN.replace("3 раза", "4 раза"), "«3»"),
        (IN_RUSSIAN.replace("8 таблеток (4000 мг)", "4000 мг"), "Потеряно"),
        (IN_RUSSIAN.split("\n")[0], "Длина перевода|Потеряно"),
        (IN_RUSSIAN + " При боли 100 мг кофеина.", "Этого нет в источнике: «100 мг»"),
        (IN_RUSSIAN + " Tabletler yeterli miktarda su ile yutulur.", "Слова на другом языке"),
        ("", "Перевод пуст"),
    ],
)
def test_spoiled_translations_do_not(text: str, problem: str) -> None:
    found = judged(DOSAGE, text)
    assert any(one in found for one in problem.split("|")), found


def test_the_rest_of_the_checks() -> None:
    assert "Нет заголовка" in judged(DOSAGE, IN_RUSSIAN, heading=" ")
    assert "Не переведено: «ölçek»" in judged(DOSAGE, IN_RUSSIAN, untranslated=("ölçek",))
    assert judged("Günde 1.000 mg, 0.5 g", "В сутки 1000 мг, 0,5 г") == ""
    assert "реже" in judged("1 tablet sabah, 1 tablet akşam, 1 tablet gece", "По 1 таблетке утром и вечером")
    english = Translation("Dosage", "<p>Adults: 500 mg. Взрослым можно.</p>")
    source = "Yetişkinler: 500 mg alabilir."
    assert checks.problems(source, english, language_code="en", names=[])


# --- whole runs -------------------------------------------------------------------------------------------------------


@pytest.fixture
def start(tree: dict[str, Category], settings: Any) -> Iterator[Callable[..., OpenAIServer]]:
    load_prices()
    running: list[OpenAIServer] = []

    def begin(**options: Any) -> OpenAIServer:
        server = OpenAIServer(**({"script": leaflets.translator()} | options))
        server.__enter__()
        running.append(server)
        settings.OPENAI_BASE_URL = server.url
        settings.OPENAI_API_KEY = "sk-test"
        settings.AI_CONFIG = {
            **settings.AI_CONFIG,
            "ENGINE": "openai",
            "AUTO_APPLY_THRESHOLD": 0.0,
            "RETRY_SECONDS": 0.0,
        }
        composition.forget()
        composition.vector_store().ensure_collections()
        confirmed.sync_tree(meter=UnattendedMeter("test"))
        return server

    yield begin
    for server in running:
        server.__exit__(None, None, None)
    composition.forget()


@pytest.fixture
def medicine(make_product: MakeProduct, tree: dict[str, Category]) -> Callable[..., Product]:
    def make(count: int = 20, **replaced: str) -> Product:
        return make_product(
            title=f"Ağrıkes 500 mg {count} Tablet",
            brand="Ağrıkes",
            description=leaflets.description(**replaced).replace("20 tablet", f"{count} tablet"),
            category=tree["pain"],
        )

    return make


def process(product: Product, **options: Any) -> AIProcessingLog:
    run = submit(product.pk, send=False, **({"mode": Mode.DESCRIPTION} | options)).run
    return again(run)


def again(run: AIProcessingLog) -> AIProcessingLog:
    pipeline.run(run.pk)
    run.refresh_from_db()
    return run


def codes(run: AIProcessingLog) -> set[str]:
    return {reason["code"] for reason in run.reasons if reason["code"].startswith("leaflet")}


@pytest.mark.django_db(transaction=True)
def test_a_leaflet_stands_under_the_description(
    start: Callable[..., OpenAIServer], medicine: Callable[..., Product]
) -> None:
    server = start()
    run = process(medicine())
    assert leaflets.asked(server.requests) == HEADINGS
    assert codes(run) == set()
    written = run.generated_description or ""
    text, _, leaflet = written.partition("<h3>Инструкция</h3>")
    assert text.startswith("<p>")
    assert leaflet.startswith("<h4>Состав</h4><p>Каждая таблетка содержит 500 мг парацетамола.</p>")
    assert leaflet.count("<h4>") == 10
    assert "<h4>Передозировка</h4><p>При приёме более 10 г у взрослых" in leaflet
    calls = AICall.objects.filter(stage="leaflet")
    assert (calls.count(), calls.filter(run_id=run.pk).count()) == (10, 10)
    assert run.tokens_used["total"] == sum(
        call.prompt_tokens + call.completion_tokens for call in AICall.objects.filter(run_id=run.pk)
    )


@pytest.mark.django_db(transaction=True)
def test_pack_sizes_share_their_sections(
    start: Callable[..., OpenAIServer], medicine: Callable[..., Product], settings: Any
) -> None:
    server = start()
    first = process(medicine(20))
    server.requests.clear()
    other = process(medicine(30))
    assert leaflets.asked(server.requests) == []
    assert _leaflet(other) == _leaflet(first) != ""
    assert AILeafletSection.objects.count() == 10
    third = process(medicine(40, **{"Doz aşımı": leaflets.ALL["Doz aşımı"][0]}))
    assert _leaflet(third) == _leaflet(first)
    settings.AI_CONFIG = {**settings.AI_CONFIG, "MODEL": "gpt-4.1-mini"}
    composition.forget()
    server.requests.clear()
    process(medicine(50))
    assert leaflets.asked(server.requests) == HEADINGS  # another model's words are not taken over


def _leaflet(run: AIProcessingLog) -> str:
    return (run.generated_description or "").partition("<h3>Инструкция</h3>")[2]


@pytest.mark.django_db(transaction=True)
def test_a_crash_in_the_middle_pays_nothing_again(
    start: Callable[..., OpenAIServer], medicine: Callable[..., Product]
) -> None:
    server = start()
    vectors = len(server.books)
    server.plan(faults=[Fault.NONE] * 4 + [Fault.SERVER_ERROR])
    run = process(medicine())
    assert (run.status, run.error_code) == ("pending", "transient")
    done = [name for name in run.stage_results if name.startswith("leaflet:")]
    assert len(done) == len(leaflets.asked(server.requests)) - 1 >= 2  # the last one was refused
    others = 4 - len(done)
    AILeafletSection.objects.all().delete()  # what the run has saved is enough
    AIProcessingLog.objects.filter(pk=run.pk).update(next_attempt_at=run.created_at)
    run = again(run)
    assert run.status in ("approved", "moderation")
    served = [entry for entry in server.books[vectors:] if entry.status == 200]
    assert len(served) == others + 10
    assert leaflets.asked(server.requests) == [*HEADINGS[: len(done) + 1], *HEADINGS[len(done) :]]


@pytest.mark.django_db(transaction=True)
def test_a_wrong_section_is_repaired_once_then_a_person_sees_it(
    start: Callable[..., OpenAIServer], medicine: Callable[..., Product]
) -> None:
    wrong = IN_RUSSIAN.replace("4000 мг", "400 мг")
    server = start(script=leaflets.translator(**{"Kullanım şekli ve dozu": wrong}))
    run = process(medicine())
    assert leaflets.asked(server.requests).count("Kullanım şekli ve dozu") == 2
    assert "violations" in str(server.requests)
    assert run.status == "moderation"
    [reason] = [reason for reason in run.reasons if reason["code"] == "leaflet"]
    assert "«Kullanım şekli ve dozu»" in reason["message"]
    assert "«4000 mg»" in reason["message"]
    assert AILeafletSection.objects.count() == 9
    assert not AILeafletSection.objects.filter(source_heading="Kullanım şekli ve dozu").exists()


@pytest.mark.django_db(transaction=True)
def test_what_a_moderator_corrects_is_asked_for_anew(
    start: Callable[..., OpenAIServer], medicine: Callable[..., Product], moderator: User
) -> None:
    server = start(script=leaflets.translator(**{"Yan etkiler": leaflets.ALL["Yan etkiler"][1] + " Слабо."}))
    run = process(medicine())
    AIProcessingLog.objects.filter(pk=run.pk).update(status="moderation")
    run.refresh_from_db()
    corrected = (run.generated_description or "").replace(" Слабо.", "")
    moderation.approve(run, by=moderator, edits={"generated_description": corrected})
    assert learn(run) == 1
    assert learn(run) == 0
    assert AILeafletSection.objects.count() == 9
    server.requests.clear()
    process(medicine(30))
    assert leaflets.asked(server.requests) == ["Yan etkiler"]


def learn(run: AIProcessingLog) -> int:
    return leaflet_work.forget_corrected(run.pk)


@pytest.mark.django_db
def test_an_unchanged_leaflet_stays_known(product: Product, moderator: User) -> None:
    AILeafletSection.objects.create(key="k", heading="Состав", text="<p>x</p>", language="ru")
    run = AIProcessingLog.objects.create(product=product, status="approved", processed_by=moderator)
    assert learn(run) == 0
    assert retention.delete_old(days=1)["leaflets"] == 0
    AILeafletSection.objects.update(created_at="2020-01-01T00:00:00Z")
    assert retention.delete_old(days=1)["leaflets"] == 1


@pytest.mark.django_db(transaction=True)
def test_a_long_section_is_sent_whole(
    start: Callable[..., OpenAIServer], medicine: Callable[..., Product]
) -> None:
    long = "\n".join(f"Hasta {number} gün boyunca ilacı kullanmalıdır." for number in range(100, 500))
    server = start()
    product = medicine(**{"Yan etkiler": long})
    pieces = sections.pieces(Section("side_effects", "Yan etkiler", long))
    assert len(pieces) > 2
    server.script = _echo
    process(product)
    sent = str(server.requests)
    assert all(f"Hasta {number} gün" in sent for number in range(100, 500))
    assert "обрезано" not in sent


def _echo(schema: dict[str, Any], request: dict[str, Any]) -> Any:
    try:
        return leaflets.translator()(schema, request)
    except StopIteration:
        return {"heading": "Раздел", "text": "<p>Перевод</p>", "untranslated": []}


@pytest.mark.django_db
def test_a_leaflet_in_russian_costs_nothing(
    shop: dict[str, Category], make_product: MakeProduct, settings: Any
) -> None:
    parts = [
        f"<h3>{name}</h3><p>{russian}</p>"
        for name, (_, russian) in zip(
            [
                "Состав",
                "Форма выпуска",
                "Показания",
                "Противопоказания",
                "Особые указания",
                "Способ применения и дозы",
            ],
            [*list(leaflets.ALL.values())[:5], leaflets.ALL["Kullanım şekli ve dozu"]],
            strict=True,
        )
    ]
    description = "<p>Агрикес 500 мг, 20 таблеток.</p>" + "".join(parts)
    description += f"<h3>Побочные действия</h3><p>{'Возможны сыпь и зуд. ' * 90}</p>"
    product = make_product(
        title="Агрикес 500 мг, 20 таблеток", description=description, category=shop["pain"]
    )
    run = process(product)
    assert codes(run) == set()
    assert not AILeafletSection.objects.exists()
    assert "<h4>Способ применения и дозы</h4><p>Взрослые: принимают 1–2 таблетки" in _leaflet(run)


@pytest.mark.offline_engine
@pytest.mark.django_db
def test_the_offline_engine_says_what_it_cannot_translate(
    shop: dict[str, Category], make_product: MakeProduct
) -> None:
    product = make_product(
        title="Ağrıkes 500 mg 20 Tablet", description=leaflets.description(), category=shop["pain"]
    )
    run = process(product)
    assert run.status == "moderation"
    told = [reason["message"] for reason in run.reasons if reason["code"] == "leaflet_untranslated"]
    overdose = "Раздел инструкции «Doz aşımı» не переведён: в карточке его нет"
    assert any(message.startswith(overdose) for message in told)
    assert len(told) >= 8
    assert "zehirlenme" not in (run.generated_description or "")


def test_markup_of_plain_text() -> None:
    assert sections.as_html("Раз < два\n• Три\n• Четыре\n\nПять") == (
        "<p>Раз &lt; два</p><ul><li>Три</li><li>Четыре</li></ul><p>Пять</p>"
    )


def test_a_section_keeps_its_own_heading_in_another_language() -> None:
    section = Section("dosage", "Kullanım şekli", "x")
    assert sections.name(section, "ru") == "Способ применения и дозы"
    assert sections.name(section, "en") == "How to use"
    assert sections.name(replace(section), "de") == "Kullanım şekli"
