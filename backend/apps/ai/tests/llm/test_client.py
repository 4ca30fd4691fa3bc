"""The door against a server that speaks the wire protocol: real sockets, the real SDK."""

from __future__ import annotations

import contextlib
import json
import socket
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.conf import settings

from apps.ai import conf
from apps.ai.exceptions import (
    AIError,
    KeyRefused,
    PermanentAIError,
    ProviderBusy,
    ProviderTrouble,
    QuotaExceeded,
    RequestRejected,
    TransientAIError,
)
from apps.ai.schemas import CategoryAnswer, DraftAnswer, ImageAnswer, category_answer
from apps.ai.services.llm import learned, transport
from apps.ai.services.llm.errors import RequestFailed
from apps.ai.services.llm_client import LLMClient
from apps.ai.tests.support.llm_door import KEY, NotingMeter, Serve, client, question, serving
from apps.ai.tests.support.openai_server import Fault, OpenAIServer
from apps.ai.types import (
    CallStatus,
    FreeMeter,
    ImagePart,
    Operation,
    Stage,
    Usage,
)


@pytest.fixture
def till() -> NotingMeter:
    return NotingMeter()


@pytest.fixture
def serve() -> Iterator[Serve]:
    with serving() as start:
        yield start


def test_an_answer_satisfies_the_schema_and_every_token_is_settled(serve: Serve, till: NotingMeter) -> None:
    server = serve()
    answer = client(server).ask(question(), meter=till)
    assert isinstance(answer.content, DraftAnswer)
    assert answer.content.title == "x"
    assert answer.model == "gpt-4o-mini"
    assert answer.certainty is None
    sent = server.requests[0]
    assert sent["response_format"]["type"] == "json_schema"
    assert sent["response_format"]["json_schema"]["strict"] is True
    assert sent["temperature"] == 0.2
    assert "logprobs" not in sent
    assert [outcome.status for outcome in till.recorded] == [CallStatus.OK]
    assert till.recorded[0].request_id.startswith("req_")
    entry = server.books[0]
    assert till.recorded[0].usage == Usage(entry.prompt, entry.completion, entry.cached, entry.reasoning)
    assert answer.usage == till.recorded[0].usage
    assert till.reserved[0].prompt_tokens >= entry.prompt
    assert till.reserved[0].completion_tokens == 1500


@pytest.mark.parametrize(("key", "sent"), [(KEY, KEY), ("", "not-needed")])
def test_an_own_server_needs_no_key(serve: Serve, key: str, sent: str) -> None:
    server = serve()
    client(server, api_key=key).ask(question(), meter=FreeMeter())
    assert server.keys == {f"Bearer {sent}"}


def test_cached_and_reasoning_tokens_are_kept_apart(serve: Serve, till: NotingMeter) -> None:
    server = serve(reasoning=40)
    long_system = replace(question().prompt, system="Правила. " * 600)
    door = client(server)
    for _ in range(2):
        door.ask(replace(question(), prompt=long_system), meter=till)
    first, second = (outcome.usage for outcome in till.recorded)
    assert first is not None
    assert second is not None
    assert (first.cached, first.reasoning) == (0, 40)
    assert second.cached >= 1024
    assert second.cached % 128 == 0


# --- what is wrong with an answer ---


def test_a_truncated_answer_is_asked_once_more_with_doubled_room(serve: Serve, till: NotingMeter) -> None:
    server = serve(Fault.TRUNCATED)
    answer = client(server).ask(question(), meter=till)
    assert answer.content.title == "x"
    assert [request["max_tokens"] for request in server.requests] == [1500, 3000]
    assert [call.completion_tokens for call in till.reserved] == [1500, 3000]
    assert [outcome.status for outcome in till.recorded] == [CallStatus.UNUSABLE, CallStatus.OK]
    assert till.recorded[0].code == "truncated"
    assert answer.usage == (till.recorded[0].usage or Usage()) + (till.recorded[1].usage or Usage())
    assert answer.usage.prompt == server.reported["prompt"]


def test_truncated_twice_is_permanent(serve: Serve, till: NotingMeter) -> None:
    server = serve(Fault.TRUNCATED, Fault.TRUNCATED, Fault.TRUNCATED)
    assert _error(server, till, PermanentAIError).code == "truncated"
    assert len(server.books) == 2


@pytest.mark.parametrize(
    ("fault", "code"), [(Fault.REFUSAL, "refused"), (Fault.CONTENT_FILTER, "content_filter")]
)
def test_refused_and_filtered_are_permanent_at_once(
    serve: Serve, till: NotingMeter, fault: Fault, code: str
) -> None:
    server = serve(fault)
    error = _error(server, till, PermanentAIError)
    assert error.code == code
    assert len(server.books) == 1
    assert till.recorded[0].status is CallStatus.UNUSABLE
    assert till.recorded[0].usage is not None


@pytest.mark.parametrize("fault", [Fault.BROKEN_JSON, Fault.WRONG_SCHEMA])
def test_an_invalid_answer_is_repaired_once_with_its_violations(
    serve: Serve, till: NotingMeter, fault: Fault
) -> None:
    server = serve(fault)
    answer = client(server).ask(question(), meter=till)
    assert answer.content.title == "x"
    assert len(server.requests) == 2
    repair = server.requests[1]["messages"]
    assert [message["role"] for message in repair] == ["system", "user", "assistant", "user"]
    assert repair[:2] == server.requests[0]["messages"]
    if fault is Fault.WRONG_SCHEMA:
        assert repair[2]["content"] == '{"unexpected": "shape"}'
        assert "- title: Field required" in repair[3]["content"]
        assert "- unexpected: Extra inputs are not permitted" in repair[3]["content"]
    assert [outcome.status for outcome in till.recorded] == [CallStatus.UNUSABLE, CallStatus.OK]


def test_there_is_never_a_second_repair(serve: Serve, till: NotingMeter) -> None:
    server = serve(Fault.BROKEN_JSON, Fault.WRONG_SCHEMA, Fault.WRONG_SCHEMA)
    error = _error(server, till, PermanentAIError)
    assert error.code == "invalid_answer"
    assert "title: Field required" in str(error)
    assert len(server.books) == 2


def test_a_repair_may_need_more_room_but_then_it_ends(serve: Serve, till: NotingMeter) -> None:
    server = serve(Fault.WRONG_SCHEMA, Fault.TRUNCATED, Fault.WRONG_SCHEMA)
    assert _error(server, till, PermanentAIError).code == "invalid_answer"
    assert [request["max_tokens"] for request in server.requests] == [1500, 1500, 3000]


def test_a_body_that_is_no_completion_is_transient(serve: Serve, till: NotingMeter) -> None:
    server = serve(Fault.NOT_A_COMPLETION)
    _error(server, till, TransientAIError)
    assert till.recorded[0].status is CallStatus.UNUSABLE


# --- typed errors ---


@pytest.mark.parametrize(
    ("fault", "kind", "code", "ledger_code", "status"),
    [
        (Fault.RATE_LIMIT, ProviderBusy, "provider_busy", "rate_limited", CallStatus.FAILED),
        (Fault.QUOTA, QuotaExceeded, "quota", "quota", CallStatus.FAILED),
        (Fault.BAD_KEY, KeyRefused, "key_refused", "key_refused", CallStatus.FAILED),
        (Fault.FORBIDDEN, KeyRefused, "key_refused", "key_refused", CallStatus.FAILED),
        (Fault.FLAGGED, PermanentAIError, "content_filter", "unsuitable", CallStatus.FAILED),
        (Fault.SERVER_ERROR, ProviderTrouble, "transient", "overloaded", CallStatus.FAILED),
        (Fault.OVERLOADED, ProviderBusy, "provider_busy", "overloaded", CallStatus.FAILED),
        (Fault.UNKNOWN_MODEL, RequestRejected, "unknown_model", "rejected", CallStatus.FAILED),
        (Fault.TOO_LONG, PermanentAIError, "too_long", "unsuitable", CallStatus.FAILED),
        (Fault.DROP, ProviderTrouble, "transient", "connection", CallStatus.FAILED),
    ],
)
def test_each_fault_has_its_error_and_costs_one_request(
    serve: Serve,
    till: NotingMeter,
    fault: Fault,
    kind: type[AIError],
    code: str,
    ledger_code: str,
    status: CallStatus,
) -> None:
    server = serve(fault)
    error = _error(server, till, kind)
    assert type(error) is kind
    assert error.code == code
    assert len(server.books) == 1
    assert len(till.reserved) == 1
    assert till.recorded[0].code == ledger_code
    assert till.recorded[0].status is status
    assert till.recorded[0].usage is None


@pytest.mark.parametrize(
    ("fault", "low", "high"),
    [
        (Fault.RATE_LIMIT, 7.5, 7.5),
        (Fault.RATE_LIMIT_MS, 7.5, 7.5),
        (Fault.RATE_LIMIT_DATE, 5.0, 7.6),
        (Fault.RATE_LIMIT_RESET, 360.0, 360.0),
    ],
)
def test_retry_after_is_read_in_every_form(
    serve: Serve, till: NotingMeter, fault: Fault, low: float, high: float
) -> None:
    server = serve(fault, retry_after=7.5)
    error = _error(server, till, TransientAIError)
    assert isinstance(error, TransientAIError)
    assert error.retry_after is not None
    assert low <= error.retry_after <= high


def test_a_hanging_server_costs_the_read_timeout_and_perhaps_money(serve: Serve, till: NotingMeter) -> None:
    server = serve(Fault.HANG)
    started = time.monotonic()
    error = _error(server, till, TransientAIError, read_timeout=0.4)
    assert 0.4 <= time.monotonic() - started < 3
    assert "0.4" in str(error)
    assert till.recorded[0].code == "timeout"
    assert (till.recorded[0].status, till.recorded[0].usage) == (CallStatus.UNUSABLE, None)


def test_a_dripping_server_does_not_outlast_the_read_timeout(till: NotingMeter) -> None:
    """Every read is quick, the whole answer is not."""
    listener = socket.create_server(("127.0.0.1", 0))

    def drip() -> None:
        connection, _ = listener.accept()
        with connection, contextlib.suppress(OSError):
            connection.recv(65_536)
            connection.sendall(
                b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n"
            )
            for _ in range(60):
                connection.sendall(b" ")
                time.sleep(0.1)

    thread = threading.Thread(target=drip, daemon=True)
    thread.start()
    door = LLMClient(
        replace(
            conf.get(),
            base_url=f"http://127.0.0.1:{listener.getsockname()[1]}/v1",
            api_key=KEY,
            connect_timeout=0.3,
            read_timeout=0.7,
        )
    )
    started = time.monotonic()
    with listener, pytest.raises(TransientAIError):
        door.ask(question(), meter=till)
    assert 0.9 <= time.monotonic() - started < 3
    assert (till.recorded[0].code, till.recorded[0].status) == ("timeout", CallStatus.UNUSABLE)


def test_the_sdk_never_sees_a_half_imported_httpx() -> None:
    """Another thread (Qdrant's client) begins to import httpx between two requests."""
    script = """
import builtins, sys, threading, time
import django; django.setup()
from apps.ai.services.llm.transport import Endpoint, _client
import openai
assert "httpx" not in sys.modules, "somebody imports httpx at start: this test shows nothing"

def ask():
    try:
        _client(Endpoint("http://127.0.0.1:9/v1", "", 0.5, 0.5)).embeddings.create(model="m", input="x")
    except openai.APIConnectionError:
        print("refused")

ask()
half_way = threading.Event()
original = builtins.__import__
def slow(name, *rest, **more):
    if name == "_api" and not half_way.is_set():
        half_way.set()
        time.sleep(1)
    return original(name, *rest, **more)
builtins.__import__ = slow
other = threading.Thread(target=lambda: __import__("httpx"))
other.start()
half_way.wait(1)
ask()
"""
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=settings.BACKEND_DIR,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stdout == "refused\nrefused\n", done.stderr


def test_a_server_that_is_not_there_was_surely_not_paid(serve: Serve, till: NotingMeter) -> None:
    server = serve()
    server.__exit__(None, None, None)
    _error(server, till, TransientAIError, connect_timeout=0.5)
    assert till.recorded[0].code == "connection"
    assert (till.recorded[0].status, till.recorded[0].usage) == (CallStatus.FAILED, None)


@pytest.mark.parametrize("fault", [Fault.BAD_KEY, Fault.QUOTA, Fault.SERVER_ERROR, Fault.DROP])
def test_no_error_quotes_the_key(serve: Serve, till: NotingMeter, fault: Fault) -> None:
    server = serve(fault)
    error = _error(server, till, AIError)
    text = "".join(traceback.format_exception(error)) + str(till.recorded)
    assert KEY not in text
    assert "sk-te" not in text


def test_what_interrupts_a_call_is_settled_too(
    serve: Serve, till: NotingMeter, monkeypatch: pytest.MonkeyPatch
) -> None:
    class TimeLimit(BaseException):
        pass

    def interrupted(self: object, body: dict[str, Any]) -> None:
        raise TimeLimit

    monkeypatch.setattr(transport.Endpoint, "chat", interrupted)
    with pytest.raises(TimeLimit):
        client(serve()).ask(question(), meter=till)
    assert (till.recorded[0].code, till.recorded[0].error) == ("interrupted", "TimeLimit")
    assert (till.recorded[0].status, till.recorded[0].usage) == (CallStatus.UNUSABLE, None)


# --- what servers do not understand ---


@pytest.mark.parametrize("name", ["temperature", "max_tokens", "logprobs", "json_schema"])
def test_a_refused_parameter_is_learned_once(serve: Serve, till: NotingMeter, name: str) -> None:
    server = serve(refuses=frozenset({name}))
    door = client(server)
    for _ in range(2):
        answer = door.ask(question(category_answer(3), stage=Stage.CATEGORY), meter=till)
        assert answer.content.choice == "1"
    assert [entry.status for entry in server.books] == [400, 200, 200]
    assert len(till.reserved) == len(till.recorded) == 3
    assert till.recorded[0].code == "rejected"
    last = server.requests[-1]
    assert name not in last
    assert last["response_format"]["type"] == ("json_object" if name == "json_schema" else "json_schema")
    assert ("max_completion_tokens" in last) is (name == "max_tokens")
    assert (answer.certainty is None) is (name == "logprobs")


def test_json_mode_names_json_and_the_schema_in_the_prompt(serve: Serve) -> None:
    server = serve()
    client(server, structured_output="json").ask(question(), meter=FreeMeter())
    sent = server.requests[0]
    assert sent["response_format"] == {"type": "json_object"}
    assert "JSON" in sent["messages"][0]["content"]
    assert '"additionalProperties":false' in sent["messages"][0]["content"]


def test_a_server_without_any_format_answers_by_the_prompt_alone(serve: Serve) -> None:
    fenced = '```json\n{"dominant_colors": ["красный"], "color_hex": ["#FF0000"], "detected_objects": [], '
    fenced += '"product_type": "", "text_on_package": [], "quality_score": 0.5}\n```'
    server = serve(refuses=frozenset({"response_format"}), script=lambda schema, body: fenced)
    answer = client(server).ask(question(ImageAnswer, stage=Stage.IMAGES), meter=FreeMeter())
    assert answer.content.dominant_colors == ["красный"]
    assert [entry.status for entry in server.books] == [400, 400, 200]
    assert "response_format" not in server.requests[-1]


def test_a_format_named_in_the_settings_is_not_given_up(serve: Serve, till: NotingMeter) -> None:
    server = serve(refuses=frozenset({"json_schema"}))
    error = _error(server, till, RequestRejected, structured_output="schema")
    assert error.code == "bad_request"
    assert len(server.books) == 1


def _formats(server: OpenAIServer) -> list[str]:
    return [body.get("response_format", {}).get("type", "none") for body in server.requests]


@pytest.mark.parametrize("refused", ["schema_now", "schema_in_turkish", "schema_silently", "schema_with_422"])
def test_an_unexplained_refusal_of_a_schema_is_tried_once_without_it(
    serve: Serve, till: NotingMeter, refused: str
) -> None:
    """However the server puts it; the answer is remembered for this endpoint and model."""
    server = serve(refuses=frozenset({refused}))
    door = client(server)
    for _ in range(3):
        assert door.ask(question(), meter=till).content.title == "x"
    assert _formats(server) == ["json_schema", "json_object", "json_object", "json_object"]
    assert [outcome.code for outcome in till.recorded] == ["rejected", "", "", ""]


def test_a_server_that_silently_knows_no_format_is_asked_by_the_prompt(
    serve: Serve, till: NotingMeter
) -> None:
    server = serve(refuses=frozenset({"format_silently"}))
    door = client(server)
    for _ in range(2):
        assert door.ask(question(), meter=till).content.title == "x"
    assert _formats(server) == ["json_schema", "json_object", "none", "none"]


def test_when_the_format_is_not_the_reason_that_is_remembered_too(serve: Serve, till: NotingMeter) -> None:
    """A request that is refused in every form: the schema stays, and the next refusal costs one request."""
    server = serve(*[Fault.BAD_REQUEST] * 4)
    door = client(server)
    for _ in range(2):
        with pytest.raises(RequestRejected) as caught:
            door.ask(question(), meter=till)
        assert caught.value.code == "bad_request"
    assert door.ask(question(), meter=till).content.title == "x"
    assert _formats(server) == ["json_schema", "json_object", "none", "json_schema", "json_schema"]


def test_a_schema_is_tried_again_after_a_while(
    serve: Serve, till: NotingMeter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(learned, "FORMAT_SECONDS", 0.2)
    server = serve(refuses=frozenset({"schema_now"}))
    door = client(server)
    door.ask(question(), meter=till)
    server.refuses = frozenset()
    time.sleep(0.25)
    door.ask(question(), meter=till)
    assert _formats(server) == ["json_schema", "json_object", "json_schema"]


def test_a_page_instead_of_an_answer_was_surely_not_paid(serve: Serve, till: NotingMeter) -> None:
    """A balancer's page with status 200, an empty body, a JSON text that is no object."""
    for fault in (Fault.HTML_PAGE, Fault.EMPTY):
        _error(serve(fault), till, ProviderTrouble)
        assert (till.recorded[-1].status, till.recorded[-1].usage) == (CallStatus.FAILED, None)


def test_an_answer_that_breaks_off_was_perhaps_paid(serve: Serve, till: NotingMeter) -> None:
    """Its beginning came: somebody had worked for it."""
    _error(serve(Fault.BROKEN_OFF), till, ProviderTrouble)
    assert (till.recorded[-1].status, till.recorded[-1].usage) == (CallStatus.UNUSABLE, None)


def test_a_too_large_limit_teaches_nothing(serve: Serve, till: NotingMeter) -> None:
    """ "max_tokens is too large" must not be taken for a model that wants another name for it."""
    failed = RequestFailed(400, "max_tokens is too large: 9000. At most 4096.", param="max_tokens")
    assert not learned.learn("e", "m", failed, sent={"max_tokens": 9000}, fixed_format=False)
    assert learned.lessons("e", "m") == frozenset()


def test_openai_itself_is_told_the_room_by_its_new_name() -> None:
    assert transport.Endpoint("", "k", 1, 1).is_openai
    assert not transport.Endpoint("http://localhost:11434/v1", "", 1, 1).is_openai


# --- certainty, pictures, the raw answer ---


def test_certainty_is_the_probability_of_the_choice(serve: Serve) -> None:
    server = serve(script=lambda schema, body: '{"choice":"2","runners_up":[],"attributes":[]}')
    answer = client(server).ask(question(category_answer(3), stage=Stage.CATEGORY), meter=FreeMeter())
    assert isinstance(answer.content, CategoryAnswer)
    assert answer.content.choice == "2"
    assert answer.certainty == pytest.approx(0.9)
    assert server.requests[0]["top_logprobs"] == 5
    assert all("logprobs" not in choice for choice in answer.raw["choices"])
    assert answer.raw["usage"]["prompt_tokens"] == server.books[0].prompt
    json.dumps(answer.raw)


def test_pictures_go_to_the_vision_model_at_low_detail(serve: Serve, till: NotingMeter) -> None:
    server = serve()
    picture = ImagePart("data:image/jpeg;base64,AAAA", 10, 10, "https://shop.example/1.jpg")
    door = client(server, vision_model="gpt-4o")
    answer = door.ask(question(ImageAnswer, stage=Stage.IMAGES, images=(picture, picture)), meter=till)
    assert answer.model == "gpt-4o"
    assert server.requests[0]["model"] == "gpt-4o"
    text, *pictures = server.requests[0]["messages"][1]["content"]
    assert text["type"] == "text"
    assert [part["image_url"] for part in pictures] == [{"url": picture.data_url, "detail": "low"}] * 2
    assert (till.reserved[0].operation, till.reserved[0].images) == (Operation.VISION, 2)


def test_a_lone_surrogate_does_not_break_the_request(serve: Serve) -> None:
    server = serve()
    broken = replace(question().prompt, user="half a pair: \ud83d, a control: \x00")
    assert client(server).ask(replace(question(), prompt=broken), meter=FreeMeter()).content
    assert server.requests[0]["messages"][1]["content"] == "half a pair: ?, a control: \x00"


# --- one client per process, many threads ---


def test_many_threads_share_one_client(serve: Serve) -> None:
    server = serve(latency=0.2)
    door = client(server)
    door.ask(question(), meter=FreeMeter())
    before = len(transport._clients)
    started = time.monotonic()
    threads = [
        threading.Thread(target=door.ask, args=(question(),), kwargs={"meter": FreeMeter()})
        for _ in range(16)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(server.books) == 17
    assert len(transport._clients) == before
    assert time.monotonic() - started < 16 * 0.2


def _error(server: OpenAIServer, till: NotingMeter, kind: type[AIError], **changes: Any) -> AIError:
    with pytest.raises(kind) as caught:
        client(server, **changes).ask(question(), meter=till)
    return caught.value
