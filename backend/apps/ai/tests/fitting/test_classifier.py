"""The classifier: what it learns, what it would have said without an example, and its stored form."""

from __future__ import annotations

import numpy as np
import pytest

from apps.ai.services.fitting import classifier, likeness, terms
from apps.ai.services.fitting.classifier import Classifier

DRESS, SHAMPOO, NOVEL = 1, 2, 3
TEXTS = [
    *(f"Платье женское {colour} {size}" for colour in ("синее", "красное", "белое") for size in (42, 44, 46)),
    *(
        f"Шампунь для {hair} волос {size} мл"
        for hair in ("сухих", "жирных", "тонких")
        for size in (200, 250, 400)
    ),
    *(f"Роман {author} том {number}" for author in ("Памука", "Шафак", "Ливанели") for number in (1, 2, 3)),
]
LABELS = [[DRESS]] * 9 + [[SHAMPOO]] * 9 + [[NOVEL]] * 9


def best(scores: dict[int, float]) -> int:
    return max(scores, key=lambda category_id: scores[category_id])


@pytest.mark.parametrize(
    ("text", "category"),
    [("Платье зелёное 48", DRESS), ("Шампуни от перхоти 300 мл", SHAMPOO), ("роман Памука", NOVEL)],
)
def test_new_texts_fall_where_their_words_do(text: str, category: int) -> None:
    scores = classifier.fit(TEXTS, LABELS).classifier.scores(text)
    assert best(scores) == category
    assert 0.3 < scores[category] < 1.2
    assert all(score < 0.3 for one, score in scores.items() if one != category)


def test_a_text_without_a_known_word_has_no_scores() -> None:
    assert classifier.fit(TEXTS, LABELS).classifier.scores("qqq") == {}
    assert classifier.fit(TEXTS, LABELS).classifier.scores("") == {}


@pytest.mark.parametrize("place", [0, 13, 26])
def test_leaving_one_out_is_as_good_as_fitting_without_it(place: int) -> None:
    """Only the vocabulary is that of all examples, so the two differ a little."""
    [quick] = classifier.fit(TEXTS, LABELS).without([place])
    others = [one for one in range(len(TEXTS)) if one != place]
    slow = classifier.fit([TEXTS[one] for one in others], [LABELS[one] for one in others]).classifier
    assert quick == pytest.approx(slow.scores(TEXTS[place]), abs=0.06)


@pytest.mark.parametrize("paired", [0, 3, 256])
def test_the_table_of_likeness_holds_every_cosine(monkeypatch: pytest.MonkeyPatch, paired: int) -> None:
    """However many terms are multiplied as dense columns, and however many pair by pair."""
    monkeypatch.setattr(likeness, "PAIRED", paired)
    monkeypatch.setattr(likeness, "COLUMNS", 7)
    read = [terms.read(text) for text in TEXTS]
    vocabulary = terms.Vocabulary.of(read)
    rows = [vocabulary.known(one) for one in read]
    dense = np.zeros((len(TEXTS), len(vocabulary.terms)), dtype=np.float32)
    for row, (places, values) in enumerate(rows):
        dense[row, places] = values
    held, values = likeness.postings(rows)
    starts = np.concatenate([[0], np.cumsum(vocabulary.frequency, dtype=np.int64)])
    table = likeness.cosines(held, values, starts, len(rows))
    np.testing.assert_allclose(table, dense @ dense.T, atol=1e-5)
    np.testing.assert_allclose(np.diag(table), 1.0, atol=1e-5)


def test_titles_are_alike_by_their_rare_words() -> None:
    likely = classifier.fit(TEXTS, LABELS).classifier
    same, near, far, unknown = likely.likeness(TEXTS[0], [TEXTS[0], TEXTS[1], TEXTS[20], "qqq"])
    assert same == pytest.approx(1.0, abs=1e-5)
    assert 1.0 > near > far >= unknown == 0.0


def test_an_example_confirmed_in_two_categories_speaks_for_both() -> None:
    labels = [[DRESS, NOVEL]] * 9 + LABELS[9:]
    scores = classifier.fit(TEXTS, labels).classifier.scores("Платье женское синее 42")
    assert scores[DRESS] > 0.5
    assert scores[NOVEL] > 0.5


def test_what_is_stored_says_the_same() -> None:
    fitted = classifier.fit(TEXTS, LABELS).classifier
    again = Classifier.from_bytes(fitted.to_bytes())
    assert again.scores("Платье синее") == pytest.approx(fitted.scores("Платье синее"), abs=0.002)


def test_another_format_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    stored = classifier.fit(TEXTS, LABELS).classifier.to_bytes()
    monkeypatch.setattr(classifier, "FORMAT", 99)
    with pytest.raises(ValueError, match="format"):
        Classifier.from_bytes(stored)


def test_evenly_keeps_both_ends_and_never_repeats() -> None:
    assert classifier.evenly(3, 10) == [0, 1, 2]
    assert classifier.evenly(101, 3) == [0, 50, 100]
    assert len(set(classifier.evenly(10_000, 2000))) == 2000


def test_of_many_weights_the_greatest_speak(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each category keeps at least one."""
    whole = classifier.fit(TEXTS, LABELS).classifier.scores(TEXTS[0])
    monkeypatch.setattr(classifier, "MOST_WEIGHTS", 27)
    few = classifier.fit(TEXTS, LABELS).classifier
    assert 27 <= len(few.weights) < 33
    assert best(few.scores(TEXTS[0])) == DRESS
    assert few.scores(TEXTS[0])[DRESS] == pytest.approx(whole[DRESS], abs=0.2)
    monkeypatch.setattr(classifier, "MOST_WEIGHTS", 1)
    fewest = classifier.fit(TEXTS, LABELS).classifier
    assert len(fewest.weights) < 6  # equal ones go or stay together
    assert sorted(fewest.scores(TEXTS[0])) == [DRESS, SHAMPOO, NOVEL]
