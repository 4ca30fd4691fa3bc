from __future__ import annotations

from collections.abc import Iterator

import pytest

from apps.ai.exceptions import RequestRejected, TransientAIError
from apps.ai.services.llm import embedding
from apps.ai.services.llm.embedding import MOST_VECTORS, VectorMemory, vector_key
from apps.ai.tests.support.llm_door import NotingMeter, Serve, client, serving
from apps.ai.tests.support.openai_answers import vector_of
from apps.ai.tests.support.openai_server import Fault
from apps.ai.types import CallStatus, FreeMeter, Operation, Usage


@pytest.fixture
def till() -> NotingMeter:
    return NotingMeter()


@pytest.fixture
def serve() -> Iterator[Serve]:
    with serving() as start:
        yield start


def test_vectors_come_in_the_order_of_the_texts_as_base64(serve: Serve, till: NotingMeter) -> None:
    server = serve()
    vectors = client(server).embed(["бинт", "вата", "бинт"], meter=till)
    assert [len(vector) for vector in vectors] == [384, 384, 384]
    assert vectors[0] == vectors[2] == vector_of("бинт", 384).tolist()
    assert vectors[1] == vector_of("вата", 384).tolist()
    sent = server.requests[0]
    assert sent == {
        "model": "text-embedding-3-small",
        "input": ["бинт", "вата"],
        "encoding_format": "base64",
        "dimensions": 384,
    }
    assert till.reserved[0].operation is Operation.EMBEDDING
    assert till.recorded[0].usage == Usage(prompt=server.books[0].prompt)


def test_nothing_to_embed_sends_nothing(serve: Serve, till: NotingMeter) -> None:
    server = serve()
    assert client(server).embed([], meter=till) == []
    assert server.books == []
    assert till.reserved == []


def test_an_empty_and_a_huge_text_are_made_to_fit(serve: Serve) -> None:
    server = serve()
    vectors = client(server).embed(["", "ж" * 50_000], meter=FreeMeter())
    assert len(vectors) == 2
    assert server.requests[0]["input"] == [" ", "ж" * (embedding.MAX_TEXT_TOKENS // 2)]


def test_batches_keep_to_the_limits_of_count_and_tokens(serve: Serve) -> None:
    many = [f"товар {number}" for number in range(3_000)]
    assert [len(batch) for batch in embedding.batches(many)] == [2048, 952]
    long = [f"{number}{'ж' * 3_990}" for number in range(70)]
    sizes = [sum(len(text.encode()) for text in batch) for batch in embedding.batches(long)]
    assert max(sizes) <= embedding.MAX_BATCH_TOKENS
    assert [len(batch) for batch in embedding.batches(long)] == [31, 31, 8]
    server = serve()
    assert len(client(server).embed(long, meter=FreeMeter())) == 70
    assert [len(request["input"]) for request in server.requests] == [31, 31, 8]


def test_a_text_that_was_just_embedded_is_not_paid_again(serve: Serve, till: NotingMeter) -> None:
    server = serve()
    door = client(server)
    first = door.embed(["бинт", "вата"], meter=till)
    assert door.known_vector("бинт") == first[0]
    assert door.known_vector("йод") is None
    again = door.embed(["вата", "йод", "бинт"], meter=till)
    assert again[0] == first[1]
    assert again[2] == first[0]
    assert [request["input"] for request in server.requests] == [["бинт", "вата"], ["йод"]]


def test_a_vector_depends_on_model_length_and_text() -> None:
    keys = {
        vector_key(model, length, text) for model in "mn" for length in (64, 384) for text in ("бинт", "вата")
    }
    assert len(keys) == 8


def test_the_memory_holds_the_latest_vectors_only() -> None:
    memory = VectorMemory()
    memory.put({str(number): [float(number)] for number in range(MOST_VECTORS + 1)})
    assert memory.get(["0", "1", str(MOST_VECTORS)]) == {"1": [1.0], str(MOST_VECTORS): [float(MOST_VECTORS)]}


def test_a_batch_that_was_paid_is_kept_when_the_next_fails(serve: Serve, till: NotingMeter) -> None:
    server = serve(Fault.NONE, Fault.SERVER_ERROR)
    texts = [f"{number}{'ж' * 3_990}" for number in range(40)]
    door = client(server)
    with pytest.raises(TransientAIError):
        door.embed(texts, meter=till)
    assert len(door.embed(texts, meter=till)) == 40
    assert [len(request["input"]) for request in server.requests] == [31, 9, 9]


def test_a_model_of_fixed_length_is_learned(serve: Serve, till: NotingMeter) -> None:
    server = serve(refuses=frozenset({"dimensions"}), dimensions=384)
    door = client(server)
    assert len(door.embed(["бинт"], meter=till)[0]) == 384
    door.embed(["вата"], meter=till)
    assert [entry.status for entry in server.books] == [400, 200, 200]


def test_a_wrong_length_is_a_rejection_and_names_both(serve: Serve, till: NotingMeter) -> None:
    server = serve(Fault.WRONG_DIMENSION)
    with pytest.raises(RequestRejected, match="385 instead of 384") as caught:
        client(server).embed(["бинт"], meter=till)
    assert caught.value.code == "dimension"
    assert till.recorded[0].status is CallStatus.UNUSABLE
    assert till.recorded[0].usage == Usage(prompt=server.books[0].prompt)


def test_an_unreadable_answer_is_transient_and_not_kept(serve: Serve) -> None:
    door = client(serve(Fault.NOT_A_COMPLETION))
    with pytest.raises(TransientAIError):
        door.embed(["бинт"], meter=FreeMeter())
    assert door.known_vector("бинт") is None
