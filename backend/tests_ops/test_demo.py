"""What the demo says of its live cards, and that its steps end with the first that fails.

The demo itself takes a minute and is run by hand.
"""

from __future__ import annotations

import sys
from typing import Any

import pytest

from apps.ai.models import AIProcessingLog
from apps.products.models import Category, Product
from apps.users.models import User
from tests_ops.repository import SCRIPTS

sys.path.append(str(SCRIPTS / "lib"))

import demo_check
import demo_steps

STORED = "Parol 500 mg 20 Tablet. 25 °C altında, çocukların ulaşamayacağı yerde saklayınız."
TOLD = "<p>Парацетамол, 20 таблеток. Хранить при температуре до 25 °C в недоступном для детей месте.</p>"
SILENT = "<p>Парацетамол, 20 таблеток.</p>"


@pytest.fixture
def product(tree: dict[str, Category]) -> Product:
    tree["pain"].external_id = "pain"
    tree["pain"].save()
    return Product.objects.create(
        title="Parol 500 mg 20 Tablet",
        description=STORED,
        source_name="supplier",
        source_id="1",
        category=tree["pain"],
    )


def card(product: Product, description: str, **values: Any) -> None:
    values = {
        "status": "approved",
        "generated_title": "Парол 500 мг",
        "generated_description": description,
    } | values
    AIProcessingLog.objects.create(product=product, **values)


@pytest.mark.parametrize(
    ("description", "category", "broken", "code", "said"),
    [
        (TOLD, "pain", None, 0, "1 of 1 live cards lie where a person put them"),
        (TOLD, "pain", "zero_price", 0, "1 of 1 live cards"),
        (TOLD, "vitamins", None, 1, "lies in pain, belongs in vitamins"),
        (TOLD, "pain", "no_title", 1, "is live although its source is broken (no_title)"),
        (SILENT, "pain", None, 1, "saklayınız.» is not on the card"),
        (TOLD.replace("25", "30"), "pain", None, 1, "saklayınız.» is not on the card"),
    ],
)
def test_a_live_card_is_held_against_what_a_person_wrote(
    product: Product,
    capsys: pytest.CaptureFixture[str],
    description: str,
    category: str,
    broken: str | None,
    code: int,
    said: str,
) -> None:
    card(product, description)
    assert demo_check.main({"supplier:1": {"category_id": category, "broken": broken}}) == code
    assert said in capsys.readouterr().out


@pytest.mark.parametrize("waits", [True, False])
def test_a_demo_without_a_card_that_went_live_by_itself_has_failed(
    product: Product, django_user_model: type[User], waits: bool
) -> None:
    person = django_user_model.objects.create_user("anna")
    card(product, TOLD, **({"status": "moderation"} if waits else {"processed_by": person}))
    assert demo_check.main({"supplier:1": {"category_id": "pain", "broken": None}}) == 1


def test_the_steps_end_with_the_first_that_fails(capsys: pytest.CaptureFixture[str]) -> None:
    done = demo_steps.main([["first", "check"], ["second", "no_such_command"], ["third", "check"]])
    said = capsys.readouterr().out
    assert done == 1
    assert "-- first\n" in said
    assert "   Unknown command: 'no_such_command'" in said
    assert "-- third" not in said
