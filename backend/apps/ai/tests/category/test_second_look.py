"""The second look at what was not among the candidates: where it searches, what it costs, what it says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import call_command
from pydantic import TypeAdapter

from apps.ai.exceptions import TransientAIError
from apps.ai.models import AIProcessingLog
from apps.ai.services import categorizer
from apps.ai.services.batch import questions
from apps.ai.services.categorizer import AutoCategorizer
from apps.ai.services.category import attributes, second_look, warnings
from apps.ai.services.category.index import CategoryIndex
from apps.ai.services.runs import pipeline
from apps.ai.services.runs.submission import submit
from apps.ai.tests.category.test_categorizer import NO_FINDINGS, store_with
from apps.ai.tests.support.scripted import ScriptedModel
from apps.ai.types import CategoryChoice, CategoryNode, FreeMeter, Mode, ProductSnapshot, Stage
from apps.products.models import Category, Product

FACE, HAIR = 100, 200
#: More leaves than a prompt holds, half of them in each branch; the words of those in FACE are what is looked for.
TREE = (
    CategoryNode(FACE, "Лицо", ("Лицо",), is_leaf=False),
    CategoryNode(HAIR, "Волосы", ("Волосы",), is_leaf=False),
    *(
        CategoryNode(FACE + number, f"Крем {number}", ("Лицо", f"Крем {number}"), (FACE,), "cosmetics")
        for number in range(1, 41)
    ),
    CategoryNode(FACE + 50, "Гоммажи", ("Лицо", "Гоммажи"), (FACE,), "cosmetics"),
    *(
        CategoryNode(
            HAIR + number, f"Шампунь {number}", ("Волосы", f"Шампунь {number}"), (HAIR,), "cosmetics"
        )
        for number in range(1, 21)
    ),
)
CREAM = ProductSnapshot(1, "Крем для лица", "")


def _choice(category_id: int | None, **evidence: float) -> CategoryChoice:
    return CategoryChoice(category_id, (), "", 0.3, (), method="model", evidence=evidence)


@pytest.mark.parametrize(
    ("choice", "again"),
    [
        (_choice(None), True),
        (_choice(1, certainty=0.3), True),
        (_choice(1, certainty=0.9), False),
        (_choice(1, certainty=0.3, vote=0.4), False),
        (_choice(1, certainty=0.0), False),
        (CategoryChoice(None, (), "", 0.0, (), method="none"), False),
        (CategoryChoice(1, (), "", 0.9, (), method="neighbours"), False),
    ],
    ids=["none", "guessed", "sure", "backed", "no log-probabilities", "nothing to ask about", "neighbours"],
)
def test_who_gets_a_second_look(choice: CategoryChoice, again: bool) -> None:
    assert choice.wants_second_look is again


def test_the_branch_is_the_deepest_that_the_scores_are_sure_of_and_that_has_more_leaves() -> None:
    index = CategoryIndex(
        (
            CategoryNode(1, "Магазин", ("Магазин",), is_leaf=False),
            CategoryNode(2, "Аптека", ("Магазин", "Аптека"), (1,), is_leaf=False),
            CategoryNode(3, "Боль", ("Магазин", "Аптека", "Боль"), (1, 2), is_leaf=False),
            CategoryNode(4, "Гели", ("Магазин", "Аптека", "Боль", "Гели"), (1, 2, 3)),
            CategoryNode(5, "Таблетки", ("Магазин", "Аптека", "Боль", "Таблетки"), (1, 2, 3)),
            CategoryNode(6, "Витамины", ("Магазин", "Аптека", "Витамины"), (1, 2)),
            CategoryNode(7, "Платья", ("Магазин", "Платья"), (1,)),
        )
    )

    def found(**scores: float) -> int | None:
        node = second_look.branch({int(name[1:]): score for name, score in scores.items()}, index)
        return None if node is None else node.id

    assert found(n4=0.6, n7=0.1) == 3
    assert found(n4=0.6, n5=0.6, n7=0.1) == 2
    assert found(n4=0.4, n6=0.4) == 2
    assert found(n4=0.5, n7=0.5) is None  # only the whole shop is sure
    assert found(n4=0.5, n5=0.5, n6=0.5, n7=0.1) is None  # everything of the sure branch was offered
    assert found() is None


def _asked(
    look: Callable[[Any], Any], first: Callable[[Any], Any] | None = None
) -> tuple[CategoryChoice, CategoryChoice, ScriptedModel]:
    model = ScriptedModel(
        script={
            "category": first or (lambda answer: answer.model_copy(update={"choice": "none"})),
            "second_look": look,
        }
    )
    stage = AutoCategorizer(model, store_with(TREE), TREE)
    one = stage.categorize(CREAM, NO_FINDINGS, meter=FreeMeter())
    return one, stage.look_again(CREAM, NO_FINDINGS, one, meter=FreeMeter()), model


def test_the_second_question_offers_leaves_of_the_branch_that_the_first_did_not() -> None:
    stage = AutoCategorizer(ScriptedModel(), store_with(TREE), TREE)
    before = {one.node.id for one in stage.find(CREAM, NO_FINDINGS, meter=FreeMeter()).candidates}

    first, second, model = _asked(lambda answer: answer.model_copy(update={"choice": "1"}))
    assert first.category_id is None
    assert model.asked == ["category", "second_look"]
    assert second.category_id is not None
    assert second.category_id not in before
    assert second.path[0] == "Лицо"
    assert second.method == "second_look"
    assert second.confidence <= second_look.CAP
    assert second.warnings == ("second_look:Лицо",)
    assert len(second.alternatives) == 3
    assert second.category_id not in {other.category_id for other in second.alternatives}


def test_none_again_keeps_the_first_result_and_says_in_which_branch_nothing_was() -> None:
    _, second, _ = _asked(lambda answer: answer.model_copy(update={"choice": "none"}))
    assert (second.category_id, second.confidence) == (None, 0.0)
    assert second.warnings == ("second_look_none:Лицо",)


def test_without_a_sure_branch_nobody_is_asked_and_it_says_so() -> None:
    model = ScriptedModel(script={"category": lambda answer: answer.model_copy(update={"choice": "none"})})
    nodes = tuple(
        CategoryNode(number, f"Крем {number}", (f"Ветка {number}", f"Крем {number}"), (number + 500,))
        for number in range(1, 60)
    )
    stage = AutoCategorizer(model, store_with(nodes), nodes)
    first = stage.categorize(CREAM, NO_FINDINGS, meter=FreeMeter())
    again = stage.look_again(CREAM, NO_FINDINGS, first, meter=FreeMeter())
    assert again.warnings == ("no_certain_branch",)
    assert model.asked == ["category"]


def test_hits_are_ranked_by_words_and_filled_up_by_path() -> None:
    index = CategoryIndex(TREE)
    found = second_look.hits(FACE, "гоммаж для лица", index, without={FACE + 1}, limit=5)
    assert found[0].category_id == FACE + 50
    assert [hit.rank for hit in found] == [1, 2, 3, 4, 5]
    assert FACE + 1 not in {hit.category_id for hit in found}
    every = second_look.hits(FACE, "zzz", index, without=(), limit=99)
    assert len(every) == 41
    assert {hit.score for hit in every} == {0.0}


@pytest.mark.django_db
class TestInTheQueue:
    @pytest.fixture
    def wide_shop(self, shop: dict[str, Category]) -> dict[str, Category]:
        """More pharmacy leaves than a first question offers."""
        Category.objects.bulk_create(
            Category(name=f"Парацетамол {n}", slug=f"p-{n}", parent=shop["pharmacy"]) for n in range(40)
        )
        call_command("sync_categories", verbosity=0)
        return shop

    def test_a_retry_pays_for_no_question_twice(
        self, wide_shop: dict[str, Category], scripted: Callable[..., ScriptedModel], product: Product
    ) -> None:
        model = scripted(
            category=lambda answer: answer.model_copy(update={"choice": "none"}),
            second_look=TransientAIError("busy", retry_after=0.0),
        )
        run = submit(product.pk, mode=Mode.CATEGORY, send=False).run
        pipeline.run(run.pk)
        run.refresh_from_db()
        assert (run.status, list(run.stage_results)) == ("pending", ["category"])
        model.script["second_look"] = lambda answer: answer.model_copy(update={"choice": "1"})
        AIProcessingLog.objects.update(next_attempt_at=None)
        pipeline.run(run.pk)
        run.refresh_from_db()
        assert model.asked == ["category", "second_look", "second_look"]  # the busy one, and the one answered
        assert run.status == "moderation"
        assert run.suggested_category is not None
        assert run.suggested_category.parent_id == wide_shop["pharmacy"].pk
        assert "со второй попытки, в ветке «Аптека»" in str(run.reasons)
        assert set(run.raw_llm_response or {}) == {"second_look"}

    def test_a_chosen_category_is_asked_about_once(
        self, shop: dict[str, Category], scripted: Callable[..., ScriptedModel], product: Product
    ) -> None:
        model = scripted()
        run = submit(product.pk, mode=Mode.CATEGORY, send=False).run
        pipeline.run(run.pk)
        assert model.asked == ["category"]


def test_the_batch_lane_leaves_the_second_look_to_the_workers() -> None:
    def stage(*saved: tuple[str, CategoryChoice]) -> Stage | None:
        results = {
            name: TypeAdapter(CategoryChoice).dump_python(choice, mode="json") for name, choice in saved
        }
        options = {"analyze_images": False}
        return questions.next_stage(
            AIProcessingLog(processing_type="full", options=options, stage_results=results)
        )

    assert stage() is Stage.CATEGORY
    assert stage(("category", _choice(1, certainty=0.9))) is Stage.DRAFT
    assert stage(("category", _choice(None))) is None
    assert stage(("category", _choice(None)), ("second_look", _choice(1))) is Stage.DRAFT


def test_every_warning_has_words_for_a_moderator() -> None:
    codes = {
        value
        for module in (categorizer, second_look, attributes)
        for name, value in vars(module).items()
        if name
        in {
            *("STORE_AWAY", "NO_TEXT", "NO_CANDIDATES", "WITHOUT_EVIDENCE"),
            *("FOUND", "FOUND_NOTHING", "NO_BRANCH", "UNKNOWN", "NOT_ALLOWED"),
        }
    }
    assert codes == set(warnings.SENTENCES)
    for code in codes:
        sentence = warnings.in_words(f"{code}:{{опасно}}")
        assert sentence.endswith(".")
        assert code not in sentence
    assert warnings.in_words("new_code") == "Подбор категории: new_code."
