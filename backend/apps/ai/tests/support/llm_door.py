"""The model's door in tests: a server on a real socket, a meter that writes down, a question to ask."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from django.db import connection

from apps.ai import conf
from apps.ai.schemas import DraftAnswer
from apps.ai.services.llm import learned
from apps.ai.services.llm_client import LLMClient
from apps.ai.tests.support.openai_server import Fault, OpenAIServer
from apps.ai.types import CallOutcome, PlannedCall, Prompt, Question, Stage

#: A SQLite test database lies in memory and has one connection: nothing for many threads.
IN_MEMORY = connection.vendor == "sqlite" and not connection.settings_dict["TEST"]["NAME"]
KEY = "sk-test-secret-0123456789"
Serve = Callable[..., OpenAIServer]


@dataclass
class NotingMeter:
    """A meter that writes down what it is told."""

    reserved: list[PlannedCall] = field(default_factory=list)
    recorded: list[CallOutcome] = field(default_factory=list)

    def reserve(self, call: PlannedCall) -> int:
        self.reserved.append(call)
        return len(self.reserved)

    def record(self, ticket: int, call: PlannedCall, outcome: CallOutcome) -> None:
        self.recorded.append(outcome)


@contextmanager
def serving() -> Iterator[Serve]:
    """Yields what starts servers; they stop at the end. The process has learned nothing yet."""
    with ExitStack() as running:

        def start(*faults: Fault, **options: Any) -> OpenAIServer:
            return running.enter_context(OpenAIServer(faults=faults, **options))

        learned.forget()
        yield start


def client(server: OpenAIServer, **changes: Any) -> LLMClient:
    return LLMClient(replace(conf.get(), **{"base_url": server.url, "api_key": KEY, **changes}))


def question(schema: type[Any] = DraftAnswer, *, stage: Stage = Stage.DRAFT, **changes: Any) -> Question[Any]:
    prompt = Prompt(
        "draft", "v1", "Пиши по-русски.", '<product>{"title": "Бинт {5 м} «кавычки» 💊"}</product>'
    )
    return Question(stage=stage, prompt=prompt, schema=schema, facts=None, **changes)
