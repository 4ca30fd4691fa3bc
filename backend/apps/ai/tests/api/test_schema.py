"""The schema tells everything: it is made without a warning, and no request gets an answer that it does not name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import hypothesis
import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from apps.ai.models import AIModerationQueue, AITemplate
from apps.ai.services.outside import tokens
from apps.ai.tests.support.cards import waiting_card
from apps.products.models import Category, Product
from apps.users.models import User
from config.wsgi import application

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
#: Requests to each operation. 35 operations in less than a minute on one core.
EXAMPLES = 12


def _generator() -> Any:
    return SchemaGenerator()  # type: ignore[no-untyped-call]


def _schema() -> dict[str, Any]:
    GENERATOR_STATS.reset()
    with GENERATOR_STATS.silence():
        made: dict[str, Any] = _generator().get_schema(request=None, public=True)
    return made


_FOUND: Any = schemathesis.openapi.from_dict(_schema()).get_all_operations()
OPERATIONS = {operation.ok().label: operation.ok() for operation in _FOUND}


def test_the_schema_is_valid_and_made_without_a_warning() -> None:
    GENERATOR_STATS.reset()
    schema = _generator().get_schema(request=None, public=True)
    validate_schema(schema)  # type: ignore[no-untyped-call]
    assert not GENERATOR_STATS, (GENERATOR_STATS._warn_cache, GENERATOR_STATS._error_cache)
    assert len(OPERATIONS) >= 20


@pytest.fixture
def known(tree: dict[str, Category], product: Product) -> Iterator[dict[str, Any]]:
    """Rows that the paths may name, and a connection that outlives the requests."""
    card = waiting_card(product, tree["pain"])
    template = AITemplate.objects.create(name="Пример", template_type="description", content="x")
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield {
        "logs": card.pk,
        "moderation": AIModerationQueue.objects.get().pk,
        "templates": template.pk,
        "process": product.pk,
        "products": product.pk,
    }
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.django_db
@pytest.mark.parametrize("label", OPERATIONS)
def test_no_request_gets_an_answer_that_the_schema_does_not_name(label: str, known: dict[str, Any]) -> None:
    operation = OPERATIONS[label]
    _, token = tokens.issue(user=User.objects.create_superuser("root"), name="x", by=None)
    place = operation.path.split("/")[3]
    statuses: set[int] = set()

    @hypothesis.settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    @hypothesis.given(case=operation.as_strategy(), real=st.integers(0, 4))
    def ask(case: Any, real: int) -> None:
        if real and case.path_parameters and place in known:
            case.path_parameters = dict.fromkeys(case.path_parameters, known[place])
        headers = {"Authorization": f"Bearer {token}"} if real != 3 else {}
        with transaction.atomic():
            response = case.call(base_url="http://testserver", headers=headers, app=application)
            transaction.set_rollback(True)
        statuses.add(response.status_code)
        case.validate_response(response, checks=CHECKS)

    ask()
    assert statuses
