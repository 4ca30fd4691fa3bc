"""The offline engine as a whole: the same in every process, honest about what it cannot do, and its embeddings."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
from pathlib import Path

import pytest

from apps.ai.exceptions import PermanentAIError
from apps.ai.schemas import DraftAnswer
from apps.ai.types import FreeMeter, Prompt, Question, Stage
from apps.ai_offline import OfflineEngine

BACKEND = Path(__file__).resolve().parents[3]
SCRIPT = """
import json
from apps.ai_offline.tests.test_titles import PRODUCTS, write
from apps.ai_offline import OfflineEngine
from apps.ai.types import FreeMeter
cards = [write(*row[:3])[1].model_dump() for row in PRODUCTS[::8]]
vectors = OfflineEngine(dimensions=32).embed([row[0] for row in PRODUCTS[::8]], meter=FreeMeter())
print(json.dumps([cards, vectors], ensure_ascii=True))
"""


def _run(seed: str) -> str:
    environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(BACKEND)}
    return subprocess.run(
        [sys.executable, "-c", SCRIPT],
        env=environment,
        cwd=BACKEND,
        capture_output=True,
        text=True,
        check=True,
    ).stdout


def test_every_process_answers_the_same() -> None:
    first, second = _run("1"), _run("4242")
    assert first == second
    cards, vectors = json.loads(first)
    assert len(cards) == len(vectors) >= 20


def test_unknown_facts_are_refused() -> None:
    question = Question(Stage.DRAFT, Prompt("draft", "1", "", ""), DraftAnswer, facts={"title": "Parol"})
    with pytest.raises(PermanentAIError, match="dict"):
        OfflineEngine(dimensions=8).ask(question, meter=FreeMeter())


def _cosine(first: list[float], second: list[float]) -> float:
    return math.fsum(a * b for a, b in zip(first, second, strict=True))


def test_embeddings_bring_turkish_titles_near_russian_names() -> None:
    engine = OfflineEngine(dimensions=512)
    title, right, wrong = engine.embed(
        ["Nemlendirici El Kremi 75 ml", "Кремы для рук", "Комплекты постельного белья"], meter=FreeMeter()
    )
    assert _cosine(title, title) == pytest.approx(1.0)
    assert _cosine(title, right) > _cosine(title, wrong) + 0.1


def test_embedding_nothing() -> None:
    engine = OfflineEngine(dimensions=16)
    assert engine.embed([], meter=FreeMeter()) == []
    assert [len(vector) for vector in engine.embed(["", "  "], meter=FreeMeter())] == [16, 16]
    assert engine.embedding_model == "offline-hash-1"
