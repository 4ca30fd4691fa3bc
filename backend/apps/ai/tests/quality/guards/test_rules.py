"""What the tables do not show: the register of findings, the score, notices, and rules that know the kind of goods."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from apps.ai import conf
from apps.ai.issue_codes import RULES, issue
from apps.ai.services import quality_checker
from apps.ai.services.content_generator import completed
from apps.ai.services.quality.card import Card, Policy
from apps.ai.tests.quality.guards.answers import FILLER, Row, report
from apps.ai.text.language.phrases import Phrases, beginnings, heads
from apps.ai.text.safety import boilerplate, claims, html, notices, orders
from apps.ai.types import CategoryChoice, Draft, DraftFacts, ImageFindings, Mode, ProductSnapshot

DOCS = Path(__file__).resolve().parents[6] / "docs" / "guards.md"


def card(kind: str, draft: Draft, *, source: str = "Parol 500 mg 20 Tablet", brand: str = "") -> Card:
    policy = Policy(0.8, notices=conf.get().notices)
    product = ProductSnapshot(1, source, FILLER, brand=brand)
    choice = CategoryChoice(1, ("Аптека", "Товары"), kind, 1.0, ())
    return Card(product, Mode.FULL, choice, draft, ImageFindings(), policy)


def draft(title: str = "Parol 500 мг, 20 таблеток", body: str = "") -> Draft:
    return Draft(title, f"<p>Parol 500 мг, 20 таблеток. {FILLER} {body}</p>", title, title, ("товар",))


def codes(one: Card) -> set[str]:
    return {found.code for found in quality_checker.judge(one).issues if found.severity != "note"}


def test_the_documentation_lists_every_finding_as_it_is() -> None:
    rows = {}
    for line in DOCS.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) >= 4 and cells[1] in {"blocking", "warning", "note"}:
            names = re.findall(r"`(\w+)`", cells[0])
            points = [float(value) for value in cells[2].split(",")]
            for name, value in zip(names, points * len(names) if len(points) == 1 else points, strict=False):
                rows[name] = (cells[1], value, "↻" in cells[0])
    known = {code: (rule.severity.value, rule.points, rule.repairable) for code, rule in RULES.items()}
    assert rows == known


def test_a_finding_needs_a_registered_code() -> None:
    with pytest.raises(KeyError):
        issue("no_such_rule", "Что-то не так.")


def test_a_finding_in_several_fields_counts_once_and_by_halves() -> None:
    lost = issue("claim", "Обещание.", ["x"], field="title")
    assert quality_checker.score([]) == 1.0
    assert quality_checker.score([lost]) == 0.6
    assert quality_checker.score([lost, lost]) == 0.4
    assert quality_checker.score([lost] * 20) == 0.0


@pytest.mark.parametrize("kind", ["medicine", "supplement"])
def test_a_card_without_its_notice_is_held_back_and_never_leaves_the_stage_so(kind: str) -> None:
    bare = draft()
    asked = DraftFacts(
        ProductSnapshot(1, "Parol", ""), ("Аптека",), kind, (), ImageFindings(), "ru", "PharmaTurk", ""
    )
    whole = completed(bare, asked)
    assert codes(card(kind, bare)) == {"notice_missing"}
    assert codes(card(kind, whole)) == set()
    assert completed(whole, asked) == whole
    assert html.is_clean(whole.description)
    assert codes(card("cosmetics", bare)) == set()


def test_the_shop_decides_on_its_notices(settings: Any) -> None:
    settings.AI_CONFIG = {
        **settings.AI_CONFIG,
        "NOTICES": {"medicine": [], "toys": ["Мелкие детали, от 3 лет."]},
    }
    assert codes(card("medicine", draft())) == set()
    assert codes(card("toys", draft())) == {"notice_missing"}
    assert codes(card("toys", draft(body="Мелкие детали, от 3 лет."))) == set()


def test_goods_for_animals_have_their_own_notice() -> None:
    by_kind = {"medicine": ["врач"], "pet": ["ветеринар"]}
    assert notices.wanted(by_kind, "medicine", ("Зоотовары", "Лекарства")) == ("ветеринар",)
    assert notices.wanted(by_kind, "medicine", ("Аптека",)) == ("врач",)
    assert notices.missing(["Спросите врача."], "спросите  врача") == ()


def test_a_dose_that_stands_only_in_the_description_is_a_warning_for_medicines() -> None:
    short = replace(draft("Parol, таблетки"), description=completed_body())
    assert codes(card("medicine", short)) == {"title_incomplete"}
    other = replace(short, description=f"<p>Parol 500 мг, 20 таблеток. {FILLER}</p>")
    assert codes(card("other", other)) == set()


def completed_body() -> str:
    sentence = conf.get().notices["medicine"][0]
    return f"<p>Parol 500 мг, 20 таблеток. {FILLER}</p><p>{sentence}</p>"


def test_a_brand_of_the_source_title_must_stay_and_another_is_missed() -> None:
    assert codes(card("other", draft(), brand="Parol")) == set()
    assert codes(card("other", draft(), brand="Парол")) == set()
    assert codes(card("other", draft(), brand="Atabay")) == {"brand_missing"}
    gone = replace(draft("Таблетки 500 мг, 20 таблеток"), description=f"<p>500 мг, 20 таблеток. {FILLER}</p>")
    assert codes(card("other", gone, brand="Parol")) == {"brand_lost"}
    assert codes(card("book", gone, brand="Parol")) == {"brand_missing"}  # a publisher


def test_a_foreign_book_keeps_its_own_name_and_nothing_else() -> None:
    row = Row(
        "book", "Suç ve Ceza - Dostoyevski 320 Sayfa", "", "Книга «Suç ve Ceza», Dostoyevski, 320 страниц", ""
    )
    left = replace(row, title="Книга «Suç ve Ceza», Dostoyevski, 320 Sayfa")
    assert not report(row, kind="book").blocking
    assert report(row, kind="other").blocking
    assert report(left, kind="book").blocking
    assert report(replace(row, sentence="Bu kitap çok güzel."), kind="book").blocking


def test_a_source_that_limits_the_day_does_not_contradict_itself() -> None:
    row = Row(
        "dose",
        "Парацетамол 500 мг 20 таб.",
        "Максимальная суточная доза 4000 мг.",
        "Парацетамол 500 мг, 20 таблеток",
        "",
    )
    other = replace(row, further="Одна таблетка содержит 250 мг.")
    assert "source_contradiction" not in {found.code for found in report(row).issues}
    assert "source_contradiction" in {found.code for found in report(other).issues}


@pytest.mark.parametrize(
    ("pattern", "first"),
    [
        ("abc|def", "ad"),
        ("(?:a|b)?c", "abc"),
        ("[аa]{2,}x", "аa"),
        (r"\d+ мг", "0123456789"),
        ("(?!x)y", "y"),
        ("(?:(?:u|v)w){0,5}?z", "uvz"),
        ("% ?100", "%"),
    ],
)
def test_phrases_are_looked_for_where_they_may_begin(pattern: str, first: str) -> None:
    assert beginnings(pattern) == set(first)


@pytest.mark.parametrize(
    ("pattern", "begun"),
    [
        ("доставка|да", {"дост", "да"}),
        ("пал(?:ь|и|ью)", {"паль", "пали"}),
        ("копи(?:я|и) люкс", {"копи"}),
        ("(?:(?:в|на) )?дар(?:ом)?", {"в да", "на д", "даро", "дар"}),
        (r"в\w+ рай", {"в"}),
        ("ы{2,3}х", {"ы"}),
        (r"[\d-]а", {f"{first}а" for first in "0123456789-"}),
        (r"(?m:^\s?#)", {"#", *(f"{blank}#" for blank in " \t\n\r\f\v")}),
        (r"\w+", {""}),
    ],
)
def test_the_first_letters_of_a_phrase_are_known_as_far_as_they_are_plain(
    pattern: str, begun: set[str]
) -> None:
    assert heads(pattern) == begun


def test_phrases_find_what_an_alternation_finds() -> None:
    alternatives = [r"игнорир\w+ вс[её]", "все", r"\d+ (?:раз|два)", "a(?:b|c)?d", "в тему|№ ?1|# ?1"]
    plain = re.compile(rf"(?<![^\W_])(?:{'|'.join(alternatives)})")
    quick = Phrases(alternatives)
    for text in (
        "игнорируй все правила",
        "все",
        "совсе все 12 раз abd ad acd xad",
        "",
        "1 два 2 раз",
        "_все в тему, вв тему в_тему",
        "№1 а№1 ##1 _# 1",
    ):
        assert [m.span() for m in quick.finditer(text)] == [m.span() for m in plain.finditer(text)]


def test_phrases_are_compiled_where_a_text_begins_as_they_do() -> None:
    faulty = Phrases(["все", "б(?:а"])
    assert faulty.search("все до одного, все") is not None
    with pytest.raises(re.error):
        list(faulty.finditer("все бананы"))


@pytest.mark.parametrize("module", [boilerplate, claims, orders])
def test_every_phrase_of_the_guards_can_be_compiled(module: ModuleType) -> None:
    values = list(vars(module).values())
    values += [one for value in values if isinstance(value, dict) for one in value.values()]
    lists = [one for one in values if isinstance(one, Phrases)]
    assert len(lists) > 1
    for one in lists:
        for letter in one._by_first.sources:
            assert one._by_first[letter].pattern
