"""Stems and hashed vectors are the same everywhere and meet across word forms."""

import math
import subprocess
import sys
import threading
import time

import pytest

from apps.ai.text.language.dense import dense_vector
from apps.ai.text.language.stems import ngrams, sparse_vector, stems, tokens


def cosine(one: str, other: str) -> float:
    return sum(a * b for a, b in zip(dense_vector(one, 1536), dense_vector(other, 1536), strict=True))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Крем Ёлочка 50мл", ["крем", "елочка", "50мл"]),
        ("IŞIK İlaç", ["ışık", "ilaç"]),
        ("KADIN GÖMLEĞİ", ["kadın", "gömleği"]),
        ("IPHONE 15", ["iphone", "15"]),
        ("Wi-Fi, T-shirt!", ["wi", "fi", "t", "shirt"]),
        ("x" * 100, ["x" * 40]),
        ("", []),
        ("!!! …", []),
    ],
)
def test_tokens(text: str, expected: list[str]) -> None:
    assert tokens(text) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("платье", "Платьями"),
        ("таблетка", "Таблетками"),
        ("elbise", "elbiseler"),
        ("dress", "dresses"),
        ("ELBİSE", "elbise"),
    ],
)
def test_forms_of_a_word_share_a_stem(one: str, other: str) -> None:
    assert stems(one) == stems(other)


def test_different_words_keep_different_stems() -> None:
    assert len(set(stems("платье пластырь таблетка табло elbise elma"))) == 6


def test_ngrams_have_edges() -> None:
    assert ngrams("чай") == ["<ча", "чай", "ай>", "<чай", "чай>", "<чай>"]
    assert ngrams("") == []


def test_sparse_vector_is_sorted_unique_and_small_enough() -> None:
    indices, weights = sparse_vector("Крем крем для лица Krem 50 мл" * 3)
    assert indices == sorted(set(indices))
    assert all(0 <= index < 2**31 for index in indices)
    assert len(weights) == len(indices)
    assert all(weight > 0 for weight in weights)


def test_repeated_words_are_damped() -> None:
    once, thrice = sparse_vector("крем"), sparse_vector("крем крем крем")
    assert once[0] == thrice[0]
    assert thrice[1][0] == pytest.approx(once[1][0] * (1 + math.log(3)))


def test_sparse_vector_of_nothing_is_empty() -> None:
    assert sparse_vector("") == ([], [])


@pytest.mark.parametrize("text", ["Крем для лица", "x", "\ud800", "слово " * 5_000])
@pytest.mark.parametrize("dimensions", [1, 64, 1536])
def test_dense_vector_is_a_unit_vector(text: str, dimensions: int) -> None:
    vector = dense_vector(text, dimensions)
    assert len(vector) == dimensions
    assert math.hypot(*vector) == pytest.approx(1.0)


def test_empty_text_has_a_fixed_vector() -> None:
    assert dense_vector("", 4) == dense_vector("!!!", 4) == [1.0, 0.0, 0.0, 0.0]


def test_dimensions_must_be_positive() -> None:
    with pytest.raises(ValueError, match="at least one dimension, not 0"):
        dense_vector("крем", 0)


def test_likeness_follows_words() -> None:
    assert cosine("Платье летнее красное", "Платья") > 0.25
    assert abs(cosine("Платье летнее красное", "Ноутбуки")) < 0.1
    assert cosine("Таблетки от кашля", "таблетка от кашля") > 0.7


def test_vectors_do_not_depend_on_the_process() -> None:
    imports = "from apps.ai.text.language import dense, stems"
    program = f"{imports}; print(stems.sparse_vector('Крем 50 мл')[0], dense.dense_vector('Крем', 8))"
    environment = {"PYTHONHASHSEED": "7", "PYTHONPATH": ":".join(sys.path), "PYTHONIOENCODING": "utf-8"}
    output = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
    ).stdout.strip()
    assert output == f"{sparse_vector('Крем 50 мл')[0]} {dense_vector('Крем', 8)}"


def test_threads_get_the_stems_of_one_thread() -> None:
    """A Snowball stemmer shared between threads gives wrong stems."""
    words = [f"платьями{ending}" for ending in "абвгд"] * 200
    expected = stems(" ".join(words))
    results: list[list[str]] = []
    threads = [threading.Thread(target=lambda: results.append(stems(" ".join(words)))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [expected] * 8


def test_two_thousand_short_texts_take_about_a_second() -> None:
    texts = [f"Крем для лица увлажняющий № {number} Krem 50 мл" for number in range(2_000)]
    started = time.process_time()
    for text in texts:
        dense_vector(text, 1536)
    for text in texts:
        sparse_vector(text)
    assert time.process_time() - started < 8
