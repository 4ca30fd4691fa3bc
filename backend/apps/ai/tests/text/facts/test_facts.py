"""The fact guard reads titles exactly, lets honest rewrites pass and catches what was changed."""

import time

import pytest

from apps.ai.tests.text.data import (
    LABELLED,
    naughty_strings,
    needs_data,
    pharmacy_texts,
    product_texts,
    products,
)
from apps.ai.tests.text.facts.tables import CORRUPTED, HONEST, TITLES
from apps.ai.text.facts import Fact, FactKind, extract, invented, lost

KINDS = {
    "q": FactKind.QUANTITY,
    "c": FactKind.COUNT,
    "%": FactKind.PERCENT,
    "n": FactKind.NUMBER,
    "k": FactKind.CODE,
    "s": FactKind.SIZE,
    "d": FactKind.DIMENSIONS,
    "f": FactKind.FORM,
    "m": FactKind.MATERIAL,
    "l": FactKind.COUNTRY,
}


def facts(written: str) -> tuple[Fact, ...]:
    return tuple(fact(item) for item in written.split("; ") if item)


def fact(written: str) -> Fact:
    kind, value, unit, of = [*written.split(" "), "", ""][:4]
    return Fact(KINDS[kind], value, unit, of=of)


@pytest.mark.parametrize(("title", "expected"), TITLES, ids=[title for title, _ in TITLES])
def test_title_is_read_exactly(title: str, expected: str) -> None:
    assert extract(title) == facts(expected)


@pytest.mark.parametrize(
    ("source", "output", "named"), CORRUPTED, ids=[f"{s} | {o}" for s, o, _ in CORRUPTED]
)
def test_changed_fact_is_named(source: str, output: str, named: str) -> None:
    assert fact(named) in lost(source, output) + invented(source, output)


@pytest.mark.parametrize(("source", "output"), HONEST, ids=[f"{s} | {o}" for s, o in HONEST])
def test_honest_rewrite_passes(source: str, output: str) -> None:
    assert lost(source, output) == ()
    assert invented(source, output) == ()


def test_tables_are_as_large_as_promised() -> None:
    assert len({title for title, _ in TITLES}) >= 120
    assert len(set(CORRUPTED)) >= 60
    assert len(set(HONEST)) >= 60


def test_facts_keep_the_text_as_it_stood() -> None:
    assert [f.text for f in extract("Ксанакс 0,5 МГ, №30, Pamuk, %95")] == ["0,5 МГ", "№30", "Pamuk", "%95"]


def test_repeated_fact_is_listed_once() -> None:
    assert extract("10 мг, 10 mg, 10мг") == facts("q 10 mg")


def test_invisible_characters_inside_a_number_change_nothing() -> None:
    assert extract("5\u200b0\u00ad мг") == facts("q 50 mg")


def test_lost_names_only_the_source_and_invented_only_the_output() -> None:
    assert lost("Крем 50 мл", "Крем 75 мл") == facts("q 50 ml")
    assert invented("Крем 50 мл", "Крем 75 мл") == facts("q 75 ml")
    assert lost("Крем 50 мл", "Крем 50 мл, 2 шт.") == ()
    assert invented("Крем 50 мл", "Крем") == ()


def test_a_fact_may_come_from_any_source() -> None:
    assert invented("Крем 50 мл\nСостав: хлопок\nSPF 30", "Хлопок, SPF 30, 50 мл") == ()


HOSTILE = (
    "1",
    "1 ",
    "1x",
    "1-",
    "a1-",
    "1.1",
    "от 1 до ",
    "№ ",
    "1 000 ",
    "тетрадь 48 л ",
    "1/",
    "%1",
    '1"',
    "витамин A, ",
    "tablet ",
    "кожа ",
    "a",
    "a-",
    "1 film ",
    "1 мг/",
    "A, ",
    "1: ",
    "½",
    "½-",
    "x1",
    "1а",
    "\u0301",
    "95% хлопок ",
    "\ud800",
)


@pytest.mark.parametrize("part", HOSTILE)
def test_hostile_text_of_50_kilobytes_takes_linear_time(part: str) -> None:
    text = part * (50_000 // len(part))
    started = time.process_time()
    lost(text, text[:-1])
    assert time.process_time() - started < 15


def test_checking_a_card_takes_milliseconds() -> None:
    sentence = (
        "Платье из хлопка 95 %, длина 120 см, подходит для прогулок и работы. Бережная стирка при 30 °C. "
    )
    source, output = "Elbise %95 Pamuk 120 cm XK-200", sentence * 21
    assert len(output) > 2000
    started = time.process_time()
    for run in range(20):
        title = f"{source} {run}"
        lost(title, f"{output} {run}")
        invented(f"{title}\n{output}", f"{output} {run}")
    assert (time.process_time() - started) / 20 < 0.05


@needs_data
def test_a_real_text_states_its_own_facts() -> None:
    texts = product_texts(*LABELLED) + pharmacy_texts() + naughty_strings()
    wrong = [text for text in texts if lost(text, text) or invented(text, text)]
    assert len(texts) > 49_000
    assert wrong == []


@needs_data
def test_real_descriptions_state_the_facts_of_their_titles() -> None:
    """A merchant's description repeats the facts of the title in other words in all but a few true omissions."""
    rows = [row for row in products("fixprice") if row["description"]]
    missing = [row["title"] for row in rows if lost(row["title"], row["description"])]
    assert len(rows) > 2_300
    assert len(missing) / len(rows) < 0.02
