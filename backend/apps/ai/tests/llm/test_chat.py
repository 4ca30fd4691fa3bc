"""Answers with something around them: the object is read, a fault in it is still a fault."""

import math

import pytest

from apps.ai.schemas import category_answer
from apps.ai.services.llm.chat import certainty_of, parse_answer
from apps.ai.services.llm.wire import TokenProbability

SCHEMA = category_answer(3)
ANSWER = '{"choice": "2", "runners_up": ["1"], "attributes": []}'
OTHER = ANSWER.replace('"2"', '"3"')


@pytest.mark.parametrize(
    "content",
    [
        ANSWER,
        f"<think>Кандидат 2 подходит: платье — одежда.</think>{ANSWER}",
        f"<think>\nMaybe {{1}} or {{2}}…\n</think>\n\n{ANSWER}\n",
        f"<think>My draft: {OTHER}. No, the second.</think>\n{ANSWER}",
        f"The first is shoes, so the second.\n</think>\n{ANSWER}",  # the opening tag was part of the prompt
        f"<thinking>hm</thinking>\n```json\n{ANSWER}\n```",
        f"<reasoning>hm</reasoning>{ANSWER}",
        f"[THINK]hm[/THINK]{ANSWER}",
        f"◁think▷hm◁/think▷{ANSWER}",
        f"<|channel|>analysis<|message|>It is {OTHER}?<|end|><|start|>assistant<|channel|>final<|message|>{ANSWER}",
        f"```json\n{ANSWER}\n```",
        f"```\n{ANSWER}\n```\nНадеюсь, это поможет!",
        f"Вот ответ в формате JSON:\n\n{ANSWER}",
        f"Example of the form: {{}}\n**Final answer:** {ANSWER} I hope this helps.",
        f"First I thought {OTHER}, but better: {ANSWER}",
        f"<think>The answer is {ANSWER}</think>",
    ],
)
def test_the_answer_is_found_in_what_stands_around_it(content: str) -> None:
    judged = parse_answer(content, SCHEMA)
    assert judged.code == ""
    assert judged.content is not None
    assert judged.content.choice == "2"


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ("<think>Which one? The second.</think>", "answer"),
        ("<think>hm</think>" + ANSWER.replace('"2"', '"9"'), "choice"),
        ("Sure: " + ANSWER.replace("runners_up", "others"), "runners_up"),
        (ANSWER[:-1], "answer"),
        ("[1, 2]", "answer"),
        ("", "answer"),
    ],
)
def test_a_faulty_answer_is_refused_with_its_own_faults(content: str, named: str) -> None:
    judged = parse_answer(content, SCHEMA)
    assert (judged.code, judged.content) == ("invalid_answer", None)
    assert any(violation.startswith(named) for violation in judged.violations)


def test_braces_without_end_cost_little() -> None:
    assert parse_answer("{" * 100_000 + '{"a": "' * 20_000, SCHEMA).code == "invalid_answer"


def test_the_certainty_is_that_of_the_answer_and_not_of_the_thought() -> None:
    pieces = [
        ('<think>{"choice": "', 1.0),
        ("1", 0.1),
        ('"}</think>{"choice": "', 1.0),
        ("2", 0.5),
        ('"}', 1.0),
    ]
    tokens = [TokenProbability(token=piece, logprob=math.log(share)) for piece, share in pieces]
    content = "".join(piece for piece, _ in pieces)
    assert certainty_of("choice", content, tokens) == pytest.approx(0.5)


def test_the_certainty_is_found_where_the_server_cut_the_thought_off_the_content() -> None:
    pieces = [
        ("<think>", 0.9),
        ("1", 0.1),
        ("</think>\n```json\n", 0.9),
        ('{"choice": "', 1.0),
        ("2", 0.5),
        ('"}', 1.0),
    ]
    tokens = [
        TokenProbability(token=piece, logprob=math.log(share)) for piece, share in [*pieces, ("\n```", 0.9)]
    ]
    assert certainty_of("choice", '{"choice": "2"}', tokens) == pytest.approx(0.5)
