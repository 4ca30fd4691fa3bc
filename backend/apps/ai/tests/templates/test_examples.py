"""Which instructions and examples a prompt gets, what that costs, and what the decisions of people do to them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from apps.ai.models import AIProcessingLog, AITemplate
from apps.ai.services import composition
from apps.ai.services.people import edit_measures, moderation
from apps.ai.services.runs import pipeline
from apps.ai.services.runs.submission import submit
from apps.ai.services.templates import examples, library
from apps.ai.tests.support.scripted import ScriptedModel
from apps.ai.types import CategoryChoice, FreeMeter, ProductSnapshot
from apps.products.models import Category, Product
from apps.users.models import User

pytestmark = pytest.mark.django_db
MakeProduct = Callable[..., Product]
IBUPROFEN = ProductSnapshot(
    product_id=5, title="Ибупрофен гель для суставов", description="Гель с ибупрофеном"
)


def template(name: str, category: Category | None, **values: Any) -> AITemplate:
    fields = {"template_type": "description", "content": name, "language": "ru"}
    return AITemplate.objects.create(name=name, category=category, **(fields | values))


def choice(category: Category, kind: str = "medicine") -> CategoryChoice:
    return CategoryChoice(category.pk, (category.name,), kind, 1.0, (), method="given")


def names(chosen: examples.Chosen) -> list[str]:
    return [row.name for row in chosen.examples]


@pytest.fixture(autouse=True)
def read_anew() -> None:
    examples.forget()


def indexed() -> None:
    library.sync_templates(meter=FreeMeter())
    examples.forget()


def test_the_nearest_of_a_branch_are_taken(shop: dict[str, Category]) -> None:
    for subject in (
        "Аспирин в таблетках",
        "Бинт стерильный",
        "Ибупрофен гель",
        "Мазь с ибупрофеном",
        "Сироп",
    ):
        template(subject, shop["pain"])
    indexed()
    chosen = examples.choose(choice(shop["pain"]), language="ru", product=IBUPROFEN)
    assert sorted(names(chosen)) == ["Ибупрофен гель", "Мазь с ибупрофеном"]


def test_without_a_vector_store_the_tree_decides(tree: dict[str, Category]) -> None:
    """Nobody created the collections: the search fails, the card does not."""
    composition.forget()
    template("Я для всех", None)
    template("Б для аптеки", tree["pharmacy"])
    template("В для обезболивающих", tree["pain"])
    examples.forget()
    chosen = examples.choose(choice(tree["pain"]), language="ru", product=IBUPROFEN)
    assert names(chosen) == ["В для обезболивающих", "Б для аптеки"]


def test_what_a_branch_lacks_comes_from_others_of_its_kind(shop: dict[str, Category]) -> None:
    tonics = Category.objects.create(
        name="Тонизирующие", slug="tonics", parent=shop["pharmacy"], kind="supplement"
    )
    template("Витамины", shop["vitamins"])
    template("Платья", shop["dresses"])
    indexed()
    composition.forget()
    chosen = examples.choose(choice(tonics, kind="supplement"), language="ru", product=IBUPROFEN)
    assert names(chosen) == ["Витамины"]


@pytest.mark.parametrize(
    "values", [{"language": "en"}, {"is_active": False}, {"template_type": "image_prompt"}], ids=str
)
def test_only_active_examples_in_the_language(shop: dict[str, Category], values: dict[str, Any]) -> None:
    template("Чужой", shop["pain"], **values)
    indexed()
    assert names(examples.choose(choice(shop["pain"]), language="ru", product=IBUPROFEN)) == []


def test_a_product_is_never_its_own_example(shop: dict[str, Category], product: Product) -> None:
    template("Из него самого", shop["pain"], source_product=product)
    indexed()
    own = ProductSnapshot(product_id=product.pk, title="Парацетамол", description="")
    assert names(examples.choose(choice(shop["pain"]), language="ru", product=own)) == []
    assert names(examples.choose(choice(shop["pain"]), language="ru", product=IBUPROFEN)) == [
        "Из него самого"
    ]


def test_a_chosen_template_that_was_switched_off_is_left_out_at_a_retry(shop: dict[str, Category]) -> None:
    kept, off = template("Да", shop["pain"]), template("Нет", shop["pain"], is_active=False)
    examples.forget()
    again = examples.again([kept.pk, off.pk, 999], language="ru")
    assert again.ids == [kept.pk]


# --- a run, and the decision about it ---------------------------------------------------------------------------------


@pytest.fixture
def waiting(
    shop: dict[str, Category],
    scripted: Callable[..., ScriptedModel],
    settings: Any,
    make_product: MakeProduct,
) -> Callable[..., AIProcessingLog]:
    """A run that waits for a person, with a template in its prompt."""
    settings.AI_CONFIG = {**settings.AI_CONFIG, "AUTO_APPLY_THRESHOLD": 1.0}
    scripted()
    template("Образец", shop["pharmacy"])
    template("Указание", None, template_type="attribute_extraction")

    def make(**values: Any) -> AIProcessingLog:
        examples.forget()
        run = submit(make_product(**values).pk, send=False).run
        pipeline.run(run.pk)
        run.refresh_from_db()
        assert run.status == "moderation"
        return run

    return make


def test_a_run_says_which_templates_it_used(waiting: Callable[..., AIProcessingLog]) -> None:
    used = set(AITemplate.objects.values_list("pk", flat=True))
    assert set(waiting().template_ids) == used


def test_decisions_are_fed_back(waiting: Callable[..., AIProcessingLog], moderator: User) -> None:
    clean, edited, rejected = (
        waiting(title=f"Парацетамол {dose} мг, 20 таблеток", description=f"Парацетамол {dose} мг. " * 9)
        for dose in (200, 300, 400)
    )
    moderation.approve(clean, by=moderator)
    edit_measures.measure(clean.pk)
    assert set(AITemplate.objects.values_list("success_rate", flat=True)) == {1.0}
    moderation.reject(rejected, by=moderator)
    edit_measures.measure(rejected.pk)
    edit_measures.measure(rejected.pk)
    assert set(AITemplate.objects.values_list("usage_count", flat=True)) == {2}
    assert set(AITemplate.objects.values_list("success_rate", flat=True)) == {0.5}
    moderation.approve(edited, by=moderator, edits={"generated_title": "Совсем другое название из слов"})
    measured = edit_measures.measure(edited.pk)
    assert measured is not None
    assert 0 < measured.share < 0.5
    [rate] = set(AITemplate.objects.values_list("success_rate", flat=True))
    assert rate == pytest.approx((1 + 0 + 1 - measured.share) / 3, abs=1e-4)


def test_an_automatic_decision_says_nothing(
    waiting: Callable[..., AIProcessingLog], settings: Any, make_product: MakeProduct
) -> None:
    settings.AI_CONFIG = {**settings.AI_CONFIG, "AUTO_APPLY_THRESHOLD": 0.0}
    run = submit(make_product().pk, send=False).run
    pipeline.run(run.pk)
    run.refresh_from_db()
    assert (run.status, run.processed_by) == ("approved", None)
    assert edit_measures.measure(run.pk) is None
    assert set(AITemplate.objects.values_list("success_rate", flat=True)) == {0.0}
