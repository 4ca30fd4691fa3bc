"""What approved texts teach, how much people change, and where one reads it: on real rows and a real vector store."""

from __future__ import annotations

import json
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from apps.ai import catalog, tasks
from apps.ai.models import AIEditMeasure, AIProcessingLog, AITemplate, AppliedChange
from apps.ai.services import composition
from apps.ai.services.people import edit_measures, example_learning, moderation
from apps.ai.services.templates import examples, library
from apps.ai.services.vector_store import Collection
from apps.ai.types import CategoryChoice, FreeMeter, ProductSnapshot
from apps.products.models import Category, Product
from apps.users.models import User

pytestmark = pytest.mark.django_db
MakeProduct = Callable[..., Product]
Decided = Callable[..., AIProcessingLog]
BODY = (
    "<p>Таблетки {brand} с парацетамолом {dose} мг снимают боль и жар у взрослых, если принимать их по назначению "
    "врача и не дольше, чем сказано в инструкции к препарату.</p><ul><li>Действующее вещество указано на упаковке</li>"
    "<li>Удобно делить пополам благодаря риске</li></ul><p>Перед применением ознакомьтесь с инструкцией и "
    "проконсультируйтесь с врачом.</p>"
)
SUBJECTS = "боль жар зуб спина горло колено локоть мигрень простуда ушиб кашель насморк".split()


@pytest.fixture
def decided(shop: dict[str, Category], make_product: MakeProduct, moderator: User) -> Decided:
    """A run as a person left it; `subject` makes its text unlike others."""

    def make(
        *, subject: str = "", product: Product | None = None, by: User | None = moderator, **values: Any
    ) -> AIProcessingLog:
        product = product or make_product()
        words = [f"{subject}{one}{two}" for one in "бвгджз" for two in "клмнпрст"] if subject else []
        unlike = f"<p>{' '.join(words)}</p>" if words else ""
        fields: dict[str, Any] = {
            "status": "approved",
            "processing_type": "full",
            "suggested_category": shop["pain"],
            "generated_title": "Atabay Парацетамол 500 мг, 20 таблеток",
            "generated_description": BODY.format(brand="Atabay", dose=500) + unlike,
            "moderation_date": timezone.now(),
            "prompt_version": "v1",
            "options": {"language": "ru"},
        }
        return AIProcessingLog.objects.create(product=product, processed_by=by, **(fields | values))

    return make


def test_an_approved_text_becomes_an_example_without_its_facts(decided: Decided) -> None:
    run = decided()
    tasks.learn_decision(run.pk)
    example = AITemplate.objects.get()
    assert (example.template_type, example.category, example.language, example.is_active) == (
        "description",
        run.suggested_category,
        "ru",
        True,
    )
    assert (example.source_run, example.source_product) == (run, run.product)
    assert example.content.startswith("[бренд] Парацетамол [число] мг, [число] таблеток\n<p>Таблетки [бренд]")
    assert "500" not in example.content
    assert composition.vector_store().counts()[Collection.TEMPLATES] == 1


@pytest.mark.parametrize(
    "values",
    [
        {"by": None},
        {"status": "rejected"},
        {"status": "moderation"},
        {"processing_type": "categorization_only"},
        {"generated_description": "<p>Коротко.</p>"},
        {"generated_title": None},
    ],
    ids=str,
)
def test_nothing_else_does(decided: Decided, values: dict[str, Any]) -> None:
    assert example_learning.learn(decided(**values).pk) == []
    assert example_learning.learn(999_999) == []
    assert not AITemplate.objects.exists()


def test_learning_twice_and_taking_back(decided: Decided, moderator: User) -> None:
    run = decided()
    tasks.learn_decision(run.pk)
    tasks.learn_decision(run.pk)
    assert (AITemplate.objects.count(), AIEditMeasure.objects.count()) == (1, 1)
    change = AppliedChange.objects.create(run=run, product=run.product, before={}, after={})
    moderation.roll_back(change, by=moderator)
    tasks.learn_decision(run.pk)
    assert not AITemplate.objects.exists()
    assert AIEditMeasure.objects.get().outcome == "rejected"
    assert composition.vector_store().counts()[Collection.TEMPLATES] == 0


def test_near_duplicates_are_not_added(decided: Decided) -> None:
    example_learning.learn(decided().pk)
    example_learning.learn(
        decided(generated_title="Другой парацетамол 250 мг, 10 таблеток", by=User.objects.get()).pk
    )
    example_learning.learn(decided(subject="мигрень").pk)
    assert AITemplate.objects.count() == 2


def test_a_product_has_one_example(decided: Decided, product: Product) -> None:
    example_learning.learn(decided(product=product).pk)
    newer = decided(product=product, subject="спина")
    example_learning.learn(newer.pk)
    assert AITemplate.objects.get().source_run == newer


def test_a_branch_keeps_the_newest_and_the_best(decided: Decided) -> None:
    """What served badly goes first, then the oldest; what the shop wrote itself stays."""
    for number in range(9):
        AITemplate.objects.create(
            name=f"Свой {number}", template_type="description", content=f"Свой {number}"
        )
    runs = [decided(subject=subject) for subject in SUBJECTS[:8]]
    for run in runs:
        example_learning.learn(run.pk)
    poor = AITemplate.objects.get(source_run=runs[5])
    for _ in range(3):
        AIEditMeasure.objects.create(outcome="rejected").templates.add(poor)
    AITemplate.objects.filter(pk=poor.pk).update(success_rate=0.0)
    for subject in SUBJECTS[8:10]:
        example_learning.learn(decided(subject=subject).pk)
    left = set(AITemplate.objects.filter(source_run__isnull=False).values_list("source_run", flat=True))
    assert len(left) == example_learning.MOST
    assert {run.pk for run in runs} - left == {runs[5].pk, runs[0].pk}
    assert AITemplate.objects.filter(source_run__isnull=True).count() == 9


@pytest.mark.parametrize(
    ("text", "brand", "language", "expected"),
    [
        ("Nivea крем 50 мл, SPF50+", "Nivea", "ru", "[бренд] крем [число] мл, SPF[число]+"),
        ("NIVEA 0,5 мг и 1.000 мг", "nivea", "ru", "[бренд] [число] мг и [число] мг"),
        ("<h3>Крем 5</h3>&#39;", "", "ru", "<h3>Крем [число]</h3>&#39;"),
        ("La Roche cream 50 ml", "La Roche", "en", "[brand] cream [number] ml"),
        ("Сана и Санаторий", "Сана", "ru", "[бренд] и Санаторий"),
    ],
)
def test_masking(text: str, brand: str, language: str, expected: str) -> None:
    assert example_learning.masked(text, brand=brand, language=language) == expected


def test_a_learned_example_serves_other_products_only(
    decided: Decided, make_product: MakeProduct, shop: dict[str, Category]
) -> None:
    run = decided()
    tasks.learn_decision(run.pk)
    examples.forget()
    from_catalogue = _choice(shop["pain"])
    own = examples.choose(from_catalogue, language="ru", product=_snapshot(run.product))
    other = examples.choose(from_catalogue, language="ru", product=_snapshot(make_product()))
    assert own.ids == []
    assert other.ids == [AITemplate.objects.get().pk]


def _choice(category: Category) -> CategoryChoice:
    return CategoryChoice(category.pk, (category.name,), "medicine", 1.0, (), method="given")


def _snapshot(product: Product) -> ProductSnapshot:
    return catalog.get().snapshot(product.pk)


# --- measures ---------------------------------------------------------------------------------------------------------


def test_the_first_texts_count_however_often_they_are_edited(decided: Decided, moderator: User) -> None:
    run = decided(status="moderation", by=None, generated_seo_title="Один два три четыре")
    moderation.edit(run, {"generated_seo_title": "Один два три пять"}, by=moderator)
    moderation.edit(run, {"generated_seo_title": "Один шесть три пять"}, by=moderator)
    AIProcessingLog.objects.filter(pk=run.pk).update(status="approved", processed_by=moderator)
    measured = edit_measures.measure(run.pk)
    assert measured is not None
    assert run.texts_before_edits == {"generated_seo_title": "Один два три четыре"}
    assert measured.fields["seo_title"] == 0.5
    assert measured.fields["title"] == 0.0
    assert measured.outcome == "edited"
    assert measured.share == pytest.approx(2 / measured.words, abs=1e-4)


def test_a_category_that_was_moved_is_no_edit_of_the_text(
    decided: Decided, moderator: User, shop: dict[str, Category]
) -> None:
    run = decided(status="moderation", by=None)
    moderation.edit(run, {"suggested_category": shop["vitamins"]}, by=moderator)
    AIProcessingLog.objects.filter(pk=run.pk).update(status="approved", processed_by=moderator)
    measured = edit_measures.measure(run.pk)
    assert measured is not None
    assert (measured.outcome, measured.share, measured.category) == ("clean", 0.0, shop["vitamins"])


@pytest.fixture
def measures(shop: dict[str, Category], moderator: User) -> None:
    rows = [("v1", "clean", 0.0, 100), ("v1", "edited", 0.5, 100), ("v2", "rejected", 0.0, 50)]
    for version, outcome, share, words in rows:
        AIEditMeasure.objects.create(
            prompt_version=version,
            outcome=outcome,
            share=share,
            words=words,
            moderator=moderator,
            category=shop["pain"],
        )


@pytest.mark.parametrize("by", list(edit_measures.GROUPINGS))
def test_the_command_reports(measures: None, by: str) -> None:
    out = StringIO()
    call_command("ai_edits", by=by, json=True, stdout=out)
    report = json.loads(out.getvalue())
    rows = {row["group"]: row for row in report["rows"]}
    if by == "version":
        assert rows["v1"] == {
            "group": "v1",
            "decisions": 2,
            "clean": 1,
            "edited": 1,
            "rejected": 0,
            "words": 200,
            "changed": 0.25,
        }
        assert set(rows) == {"v1", "v2"}
    else:
        assert list(rows) == [{"category": "Аптека > Обезболивающие", "moderator": "moderator"}[by]]
        assert report["rows"][0]["decisions"] == 3
        assert report["rows"][0]["changed"] == 0.2


def test_the_command_prints_a_table_or_says_that_there_is_nothing(measures: None) -> None:
    out = StringIO()
    call_command("ai_edits", stdout=out)
    assert "25.0%" in out.getvalue()
    AIEditMeasure.objects.all().delete()
    call_command("ai_edits", stdout=out)
    assert "Nobody decided on a text in the last 90 days." in out.getvalue()
    with pytest.raises(CommandError):
        call_command("ai_edits", days=0)


def test_the_page_sums_up_what_the_filters_leave(measures: None, admin_client: Client) -> None:
    page = admin_client.get("/admin/ai/aieditmeasure/").content.decode()
    assert "Решений: 3, изменено слов: 20,0%." in page
    filtered = admin_client.get("/admin/ai/aieditmeasure/?prompt_version=v1").content.decode()
    assert "Решений: 2, изменено слов: 25,0%." in filtered
    measure = AIEditMeasure.objects.first()
    assert measure is not None
    assert admin_client.get(f"/admin/ai/aieditmeasure/{measure.pk}/change/").status_code == 200


def test_a_template_saved_in_the_admin_is_indexed(
    shop: dict[str, Category],
    admin_client: Client,
    messages: Callable[[], list[dict[str, Any]]],
    django_capture_on_commit_callbacks: Any,
) -> None:
    template = AITemplate.objects.create(name="Образец", template_type="description", content="Раз")
    library.index([template.pk], meter=FreeMeter())
    with django_capture_on_commit_callbacks(execute=True):
        answer = admin_client.post(
            f"/admin/ai/aitemplate/{template.pk}/change/",
            {"name": "Образец", "template_type": "description", "content": "Два", "language": "ru"},
        )
    assert answer.status_code == 302
    [message] = messages()
    assert (message["task"], message["args"]) == ("apps.ai.tasks.index_templates", [[template.pk]])
    AITemplate.objects.all().delete()
    tasks.index_templates([template.pk])
    assert composition.vector_store().counts()[Collection.TEMPLATES] == 0
