"""What goes through the model's door to a local server, whose answers are nonsense bound to a schema."""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

from django.conf import settings
from pydantic import BaseModel, Field
from rich.console import Console
from rich.table import Table

from apps.ai import conf
from apps.ai.exceptions import AIError
from apps.ai.models import AIProcessingLog
from apps.ai.models.processing import Status
from apps.ai.models.spending import AICall, LedgerStatus
from apps.ai.services.llm_client import LLMClient
from apps.ai.tests.support.processes import Shop, until
from apps.ai.types import Answer, FreeMeter, ImagePart, Operation, Prompt, Question, Stage
from benchmarks import goods
from benchmarks.scenarios import Figure, shown_states
from benchmarks.stand import all_ended, clean

PRODUCTS = 4
#: A picture of one pixel, which a model for texts cannot look at.
PIXEL = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk"
    "YPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)


class Choice(BaseModel):
    """What a grammar can bind; it cannot bind a fraction to 0..1, as our own answers want it."""

    category: Literal["c1", "c2", "none"]
    number: int = Field(ge=0, le=9)
    notes: list[str] = Field(max_length=2)


QUESTION = Question(
    stage=Stage.CATEGORY,
    prompt=Prompt("trial", "1", "Choose.", "Парацетамол, 20 таблеток"),
    schema=Choice,
    facts=None,
    max_output_tokens=4_000,
)


def door(client: LLMClient) -> list[Figure]:
    """Answers, usage, stop reasons and errors of single requests."""
    answer = client.ask(QUESTION, meter=FreeMeter())
    texts = ["Парацетамол", "Ibuprofen", "Парацетамол", "платье"]
    vectors = client.embed(texts, meter=FreeMeter())
    answers = [_figure("an answer satisfies its schema", f"{answer.content.category}", _sound(answer))]
    answers += [
        _figure(
            "its usage is reported",
            f"{answer.usage}",
            answer.usage.prompt > 0 and answer.usage.completion > 0,
        ),
        _figure("vectors come in order", f"{len(vectors)} of {len(vectors[0])} numbers", _in_order(vectors)),
    ]
    settings_here = conf.get()
    asked: list[tuple[str, str, Callable[[], object]]] = [
        ("cut off twice", "truncated", lambda: client.ask(_with(room=8), meter=FreeMeter())),
        (
            "longer than the context",
            "too_long",
            lambda: client.ask(_with(text="и " * 40_000), meter=FreeMeter()),
        ),
        (
            "an unknown model",
            "unknown_model",
            lambda: LLMClient(replace(settings_here, model="no-such-model")).ask(QUESTION, meter=FreeMeter()),
        ),
        (
            "a wrong key",
            "key_refused",
            lambda: LLMClient(replace(settings_here, api_key="wrong")).ask(QUESTION, meter=FreeMeter()),
        ),
        (
            "a picture for a model without eyes",
            "no_vision",
            lambda: client.ask(_with(picture=True), meter=FreeMeter()),
        ),
        (
            "vectors of another length",
            "dimension",
            lambda: LLMClient(replace(settings_here, embedding_dimensions=128)).embed(
                ["а"], meter=FreeMeter()
            ),
        ),
        (
            "nobody at the address",
            "transient",
            lambda: LLMClient(replace(settings_here, base_url="http://127.0.0.1:9/v1")).ask(
                QUESTION, meter=FreeMeter()
            ),
        ),
    ]
    return answers + [_refused(name, code, ask) for name, code, ask in asked]


def _with(*, room: int = 4_000, text: str = "", picture: bool = False) -> Question[Choice]:
    prompt = replace(QUESTION.prompt, user=text or QUESTION.prompt.user)
    images = (ImagePart(PIXEL, 1, 1, ""),) if picture else ()
    return replace(QUESTION, prompt=prompt, images=images, max_output_tokens=room)


def _sound(answer: Answer[Choice]) -> bool:
    return answer.certainty is not None and 0 < answer.certainty <= 1


def _in_order(vectors: list[list[float]]) -> bool:
    first, second, again, other = vectors
    return first == again and first != second and second != other


def _refused(name: str, code: str, ask: Callable[[], object]) -> Figure:
    """A connection that the server dropped is asked again, as a run is."""
    said = "no error"
    for _ in range(2):
        try:
            ask()
        except AIError as error:
            said = f"{error.code}: {str(error)[:90]}"
            if error.code != "transient":
                break
    return _figure(name, said, said.startswith(code), code)


def _figure(name: str, value: str, holds: bool, bound: str = "must hold") -> Figure:
    return Figure(name, value, bound, holds)


def whole_way(state: Path) -> list[Figure]:
    """Products through a real worker: each becomes a card, and no nonsense goes live."""
    sample = Path(settings.REPOSITORY_DIR) / "sample"
    shop = Shop(state, _environment())
    for command in (
        ("migrate", "--verbosity", "0"),
        ("import_categories", str(sample / "categories.jsonl")),
        ("init_qdrant",),
        ("sync_categories",),
        ("import_templates", str(sample / "templates.json")),
    ):
        done = shop.manage(*command)
        if done.returncode:
            raise RuntimeError(f"{command[0]} failed:\n{done.stdout}{done.stderr}")
    clean()
    goods.submit(goods.varied(sample / "catalogue.jsonl", PRODUCTS))
    began = time.monotonic()
    with shop.worker("--concurrency", "2", "-B", "--loglevel", "WARNING"):
        ended = until(all_ended, seconds=600)
    runs, answers = AIProcessingLog.objects.all(), AICall.objects.filter(operation=Operation.CHAT)
    failed = runs.filter(status=Status.FAILED).count()
    live = runs.filter(status=Status.APPROVED).count()
    uncounted = answers.filter(status=LedgerStatus.OK, completion_tokens=0).count()
    by_status = Counter(
        f"{status} {error[:60]}".strip() for status, error in answers.values_list("status", "error")
    )
    doctor = json.loads(shop.manage("ai_doctor", "--json").stdout)
    return [
        _figure("every product's run ended", f"{shown_states()}, {time.monotonic() - began:.0f} s", ended),
        _figure("none failed", str(failed), not failed, "0"),
        _figure("no nonsense went live", str(live), not live, "0"),
        _figure("answers without usage in the ledger", f"{uncounted}; {dict(by_status)}", not uncounted, "0"),
        *_of_model(doctor),
    ]


def _of_model(doctor: dict[str, Any]) -> list[Figure]:
    """What the doctor found out about the server: the price of a model that costs nothing is the shop's to say."""
    (part,) = [part for part in doctor["parts"] if part["name"] == "provider"]
    return [
        Figure(f"the doctor: {found['code']}", f"{found['state']}: {found['text']}")
        for found in part["findings"]
    ]


def _environment() -> dict[str, str]:
    now = conf.get()
    return {
        "OPENAI_BASE_URL": now.base_url,
        "OPENAI_API_KEY": now.api_key,
        "REDIS_URL": settings.REDIS_URL,
        "AI_MODEL": now.model,
        "AI_VISION_MODEL": now.vision_model,
        "AI_EMBEDDING_MODEL": now.embedding_model,
        "AI_EMBEDDING_DIMENSIONS": str(now.embedding_dimensions),
        "AI_READ_TIMEOUT": "120",
    }


def main() -> int:
    console = Console(width=None if sys.stdout.isatty() else 150, highlight=False)
    figures = door(LLMClient(conf.get())) + whole_way(Path(settings.LOCAL_STATE_DIR))
    table = Table()
    for column in ("what", "seen", "must be", ""):
        table.add_column(column, overflow="fold")
    for figure in figures:
        verdict = "" if not figure.bound else "holds" if figure.holds else "BROKEN"
        table.add_row(figure.name, figure.value, figure.bound, verdict)
    console.print(table)
    return int(not all(figure.holds for figure in figures))
