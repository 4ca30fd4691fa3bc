from __future__ import annotations

from dataclasses import fields, replace

import pytest

from apps.ai.services.category import evidence
from apps.ai.services.category.evidence import WEIGHTS, Evidence, estimate

CERTAIN = Evidence(
    vote=1.0, vote_lead=1.0, nearest=0.95, support=1.0, backing=1.0, text=0.4, text_lead=0.2, text_rank=1.0
)
NOTHING = Evidence()


def test_every_piece_of_evidence_has_a_weight_and_no_weight_is_left_over() -> None:
    assert set(WEIGHTS) == {"bias", *(field.name for field in fields(Evidence))}


def test_agreeing_near_neighbours_are_as_good_as_certain() -> None:
    assert estimate(CERTAIN) > 0.95


def test_no_evidence_is_next_to_no_confidence() -> None:
    assert estimate(NOTHING) < 0.1


@pytest.mark.parametrize(
    "name", ["vote", "vote_lead", "nearest", "text", "text_lead", "text_rank", "source_match", "certainty"]
)
def test_more_evidence_never_lowers_the_estimate(name: str) -> None:
    middling = Evidence(vote=0.4, vote_lead=0.1, nearest=0.5, support=0.4, text=0.2, text_rank=0.5)
    assert estimate(replace(middling, **{name: 0.9})) > estimate(replace(middling, **{name: 0.0}))


def test_a_sure_choice_of_another_candidate_speaks_against() -> None:
    assert estimate(replace(CERTAIN, passed_over=1.0)) < estimate(CERTAIN)


def test_the_estimate_is_a_probability_whatever_the_weights() -> None:
    assert estimate(CERTAIN, dict.fromkeys(WEIGHTS, 1000000000.0)) == pytest.approx(1.0)
    assert estimate(CERTAIN, dict.fromkeys(WEIGHTS, -1000000000.0)) == pytest.approx(0.0, abs=1e-9)


def test_evidence_is_kept_as_plain_numbers() -> None:
    kept = replace(NOTHING, vote=1 / 3).as_dict()
    assert kept["vote"] == 0.3333
    assert set(kept) == {field.name for field in fields(Evidence)}


def test_without_the_store_nothing_passes_for_sure() -> None:
    assert evidence.CAP_WITHOUT_STORE == 0.5
