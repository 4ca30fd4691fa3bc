"""The category stage on real vectors in memory; the model behind the door is the offline one, scripted."""

from __future__ import annotations

from typing import Any

import pytest

from apps.ai.conf import QdrantConfig
from apps.ai.exceptions import PermanentAIError, TransientAIError
from apps.ai.schemas import AttributeClaim
from apps.ai.services import categorizer, composition, indexing
from apps.ai.services.categorizer import AutoCategorizer
from apps.ai.services.category import candidates, evidence
from apps.ai.services.category.evidence import product_text
from apps.ai.services.category.index import CategoryIndex
from apps.ai.services.people.confirmed import category_documents, product_document
from apps.ai.services.vector_store import MEMORY, Collection, QdrantManager
from apps.ai.tests.support import qdrant_server
from apps.ai.tests.support.scripted import ScriptedModel
from apps.ai.types import CategoryChoice, CategoryNode, FreeMeter, ImageFindings, ProductSnapshot

PAIN, VITAMINS, WOMEN, GIRLS, HIDDEN = 11, 12, 21, 22, 31
TREE = (
    CategoryNode(1, "Аптека", ("Аптека",), is_leaf=False),
    CategoryNode(
        PAIN, "Обезболивающие", ("Аптека", "Обезболивающие"), (1,), "medicine", ("парацетамол", "ağrı kesici")
    ),
    CategoryNode(VITAMINS, "Витамины", ("Аптека", "Витамины"), (1,), "supplement", ("vitamin",)),
    CategoryNode(2, "Женщинам", ("Женщинам",), is_leaf=False),
    CategoryNode(WOMEN, "Платья", ("Женщинам", "Платья"), (2,), "clothes", ("elbise",)),
    CategoryNode(20, "Девочкам", ("Девочкам",), is_leaf=False),
    CategoryNode(GIRLS, "Платья", ("Девочкам", "Платья"), (20,), "clothes", ("çocuk elbise",)),
    CategoryNode(3, "Архив", ("Архив",), is_leaf=False, is_active=False),
    CategoryNode(HIDDEN, "Парацетамол", ("Архив", "Парацетамол"), (3,)),
)
NO_FINDINGS = ImageFindings()
PARACETAMOL = ProductSnapshot(
    1, "Парацетамол таблетки 500 мг №20", "Обезболивающее средство. В упаковке 20 таблеток."
)


def store_with(
    nodes: tuple[CategoryNode, ...] = TREE, confirmed: tuple[tuple[int, str, int], ...] = ()
) -> QdrantManager:
    model = ScriptedModel()
    store = QdrantManager(
        QdrantConfig("", "", MEMORY, 5), dimensions=model.dimensions, model=model.embedding_model
    )
    store.ensure_collections()
    products = [product_document(number, title, title, place) for number, title, place in confirmed]
    for collection, documents in (
        (Collection.CATEGORIES, category_documents(nodes)),
        (Collection.PRODUCTS, products),
    ):
        indexing.sync(collection, documents, store=store, llm=model, meter=FreeMeter())
    return store


def categorize(
    snapshot: ProductSnapshot,
    *,
    model: ScriptedModel | None = None,
    store: QdrantManager | None = None,
    nodes: tuple[CategoryNode, ...] = TREE,
    findings: ImageFindings = NO_FINDINGS,
) -> CategoryChoice:
    rules = composition.attribute_rules()
    stage = AutoCategorizer(model or ScriptedModel(), store or store_with(), nodes, attribute_rules=rules)
    return stage.categorize(snapshot, findings, meter=FreeMeter())


def answers(**values: Any) -> ScriptedModel:
    """A model whose category answer has these values."""
    return ScriptedModel(script={"category": lambda content: content.model_copy(update=values)})


def test_the_model_chooses_among_offered_leaves() -> None:
    model = ScriptedModel()
    choice = categorize(PARACETAMOL, model=model)
    assert (choice.category_id, choice.path, choice.kind) == (PAIN, ("Аптека", "Обезболивающие"), "medicine")
    assert choice.method == "model"
    assert model.asked == ["category"]
    assert 0.0 < choice.confidence < 1.0
    assert choice.warnings == ()


def test_alternatives_are_others_in_order_on_the_same_scale() -> None:
    choice = categorize(PARACETAMOL)
    others = [other.category_id for other in choice.alternatives]
    assert set(others) == {VITAMINS, WOMEN, GIRLS}
    scores = [other.score for other in choice.alternatives]
    assert scores == sorted(scores, reverse=True)
    assert all(score < choice.confidence for score in scores)


def test_nodes_with_children_and_closed_branches_are_never_offered() -> None:
    stage = AutoCategorizer(ScriptedModel(), store_with(), TREE)
    offered = stage.find(PARACETAMOL, NO_FINDINGS, meter=FreeMeter())
    assert {candidate.node.id for candidate in offered.candidates} == {PAIN, VITAMINS, WOMEN, GIRLS}


def test_a_category_closed_since_the_last_sync_is_not_offered() -> None:
    store = store_with()
    without_pain = tuple(node for node in TREE if node.id != PAIN)
    choice = categorize(PARACETAMOL, store=store, nodes=without_pain)
    assert choice.category_id != PAIN
    assert PAIN not in {other.category_id for other in choice.alternatives}


def test_none_is_no_category_and_no_confidence() -> None:
    choice = categorize(PARACETAMOL, model=answers(choice="none"))
    assert (choice.category_id, choice.confidence, choice.path, choice.kind) == (None, 0.0, (), "")
    assert choice.alternatives[0].category_id == PAIN


@pytest.mark.parametrize("number", ["0", "5", "26", "-1", "", "Обезболивающие", "１", "1.0"])
def test_what_was_not_offered_is_no_choice(number: str) -> None:
    choice = categorize(PARACETAMOL, model=answers(choice=number))
    assert (choice.category_id, choice.confidence) == (None, 0.0)


def test_the_answers_number_means_the_candidate_at_that_place() -> None:
    stage = AutoCategorizer(ScriptedModel(), store_with(), TREE)
    offered = stage.find(PARACETAMOL, NO_FINDINGS, meter=FreeMeter()).candidates
    for number, candidate in enumerate(offered, start=1):
        assert categorize(PARACETAMOL, model=answers(choice=str(number))).category_id == candidate.node.id


def test_many_close_agreeing_neighbours_decide_without_a_model() -> None:
    titles = (
        "Парацетамол таблетки 500 мг №10",
        "Парацетамол 500 мг таблетки №20",
        "Парацетамол таблетки 500 мг №30",
    )
    store = store_with(
        confirmed=tuple((number, title, PAIN) for number, title in enumerate(titles, start=100))
    )
    model = ScriptedModel()
    choice = categorize(ProductSnapshot(1, "Парацетамол таблетки 500 мг №20", ""), model=model, store=store)
    assert (choice.category_id, choice.method) == (PAIN, "neighbours")
    assert choice.confidence >= candidates.DECISIVE_CONFIDENCE
    assert model.asked == []


@pytest.mark.parametrize(
    "confirmed",
    [
        ((100, "Парацетамол таблетки 500 мг №10", PAIN), (101, "Парацетамол таблетки 500 мг №30", PAIN)),
        tuple(
            (100 + number, "Парацетамол таблетки 500 мг", (PAIN, VITAMINS)[number % 2]) for number in range(6)
        ),
        tuple((100 + number, f"Платье летнее {number}", WOMEN) for number in range(6)),
    ],
    ids=["too few", "divided", "far away"],
)
def test_neighbours_that_are_few_divided_or_far_leave_it_to_the_model(
    confirmed: tuple[tuple[int, str, int], ...],
) -> None:
    model = ScriptedModel()
    choice = categorize(PARACETAMOL, model=model, store=store_with(confirmed=confirmed))
    assert choice.method == "model"
    assert model.asked == ["category"]


def test_the_product_is_not_its_own_neighbour() -> None:
    store = store_with(confirmed=((PARACETAMOL.product_id, PARACETAMOL.title, WOMEN),))
    stage = AutoCategorizer(ScriptedModel(), store, TREE)
    offered = stage.find(PARACETAMOL, NO_FINDINGS, meter=FreeMeter())
    assert [candidate.evidence.vote for candidate in offered.candidates] == [0.0] * 4


def test_candidates_show_what_people_confirmed_there_at_most_two_titles_each_once() -> None:
    confirmed = tuple((100 + number, f"Парацетамол {number % 4} мг", PAIN) for number in range(8))
    stage = AutoCategorizer(ScriptedModel(), store_with(confirmed=confirmed), TREE)
    [first, *_] = stage.find(PARACETAMOL, NO_FINDINGS, meter=FreeMeter()).candidates
    assert first.node.id == PAIN
    assert len(first.examples) == len(set(first.examples)) == 2


def test_confirmed_neighbours_settle_what_names_cannot() -> None:
    """Two leaves have the same name; only what people did before tells them apart."""
    confirmed = tuple((100 + number, f"Платье хлопок рост {number}22", GIRLS) for number in range(3))
    choice = categorize(
        ProductSnapshot(1, "Платье хлопок рост 128", ""), store=store_with(confirmed=confirmed)
    )
    assert choice.category_id == GIRLS


def test_the_sources_own_category_helps() -> None:
    bare = ProductSnapshot(1, "Артикул 8812", "", source_category="Девочкам > Платья")
    choice = categorize(bare)
    assert choice.category_id == GIRLS
    assert choice.evidence["source_match"] == 1.0


def test_what_the_photo_shows_is_part_of_the_query() -> None:
    text = product_text(
        ProductSnapshot(1, "Model 12", "", brand="Koton"), ImageFindings(product_type="платье")
    )
    assert text == "Model 12\nKoton\nплатье"


def test_a_long_description_is_cut_and_a_brand_in_the_title_is_not_repeated() -> None:
    text = product_text(ProductSnapshot(1, "Крем Nivea", "а" * 5000, brand="NIVEA"))
    assert text == "Крем Nivea\n" + "а" * evidence.DESCRIPTION_LIMIT


def test_markup_is_not_part_of_the_query() -> None:
    markup = "<p onclick='steal()'>Для <b>лица</b></p><script>alert(1)</script>" + "<i>я</i>" * 5000
    assert product_text(ProductSnapshot(1, "Крем", markup)).startswith("Крем\nДля лица")
    assert "script" not in product_text(ProductSnapshot(1, "Крем", markup))
    assert "<" not in product_text(ProductSnapshot(1, "Крем", markup))


def test_attributes_need_their_words_and_numbers_in_the_source() -> None:
    claims = [
        AttributeClaim(name="Дозировка", value="500 мг", evidence="таблетки  500 МГ"),
        AttributeClaim(name="Количество", value="20", evidence="№20"),
        AttributeClaim(name="Дозировка", value="50 мг", evidence="500 мг"),
        AttributeClaim(name="Страна", value="Турция", evidence="сделано в Турции"),
        AttributeClaim(name="Цвет", value="белый", evidence=""),
        AttributeClaim(name="", value="таблетки", evidence="таблетки"),
    ]
    choice = categorize(PARACETAMOL, model=answers(attributes=claims))
    assert [(found.name, found.value) for found in choice.attributes] == [
        ("Дозировка", "500 мг"),
        ("Количество", "20"),
    ]
    assert choice.warnings == tuple(
        f"attribute_without_evidence:{name}" for name in ("Дозировка", "Страна", "Цвет", "")
    )


def test_without_qdrant_the_tree_in_memory_serves_and_says_so() -> None:
    gone = QdrantManager(QdrantConfig("http://127.0.0.1:1", "", "", 2), dimensions=384, model="m")
    choice = categorize(PARACETAMOL, store=gone)
    assert choice.category_id == PAIN
    assert choice.warnings == ("vector_store_unavailable",)
    assert choice.confidence <= 0.5
    assert all(other.score <= 0.5 for other in choice.alternatives)


def test_a_dead_qdrant_is_asked_once_for_many_products() -> None:
    with qdrant_server.running() as server:
        server.failing = 503
        store = QdrantManager(QdrantConfig(server.url, "", "", 2), dimensions=384, model="m")
        choices = [categorize(PARACETAMOL, store=store) for _ in range(5)]
        assert [choice.category_id for choice in choices] == [PAIN] * 5
        assert {choice.warnings for choice in choices} == {("vector_store_unavailable",)}
        assert len(server.requests) == 1


def test_without_qdrant_and_without_a_common_word_nothing_is_chosen() -> None:
    gone = QdrantManager(QdrantConfig("http://127.0.0.1:1", "", "", 2), dimensions=384, model="m")
    model = ScriptedModel()
    choice = categorize(ProductSnapshot(1, "zzzz 0000", ""), store=gone, model=model)
    assert (choice.category_id, choice.warnings) == (None, ("no_candidates", "vector_store_unavailable"))
    assert model.asked == []


def test_a_product_without_words_is_not_asked_about() -> None:
    model = ScriptedModel()
    choice = categorize(ProductSnapshot(1, " ", ""), model=model)
    assert (choice.category_id, choice.confidence, choice.warnings) == (None, 0.0, ("no_source_text",))
    assert model.asked == []


def test_an_empty_tree_is_a_permanent_error_that_names_the_command() -> None:
    with pytest.raises(PermanentAIError, match="sync_categories") as caught:
        categorize(PARACETAMOL, nodes=(), store=store_with(nodes=()))
    assert caught.value.code == "no_categories"


def test_an_empty_collection_is_a_permanent_error_that_names_the_command() -> None:
    with pytest.raises(PermanentAIError, match="sync_categories") as caught:
        categorize(PARACETAMOL, store=store_with(nodes=()))
    assert caught.value.code == "vector_store_empty"


def test_a_missing_collection_is_a_permanent_error_that_names_the_command() -> None:
    store = QdrantManager(QdrantConfig("", "", MEMORY, 5), dimensions=384, model="nothing")
    with pytest.raises(PermanentAIError, match="init_qdrant"):
        categorize(PARACETAMOL, store=store)


def test_what_the_model_raises_passes_through() -> None:
    model = ScriptedModel(script={"category": TransientAIError("busy", retry_after=7.0)})
    with pytest.raises(TransientAIError, match="busy"):
        categorize(PARACETAMOL, model=model)


@pytest.mark.parametrize(
    "title", ["\x00", "😀" * 500, "'; DROP TABLE --", "а" * 100_000, "\u202eабв", "<script>"]
)
def test_hostile_titles_are_only_words(title: str) -> None:
    choice = categorize(ProductSnapshot(1, title, ""))
    assert choice.category_id is None or choice.category_id in {PAIN, VITAMINS, WOMEN, GIRLS}
    assert 0.0 <= choice.confidence <= 1.0


def test_at_most_twenty_five_candidates_of_a_large_tree() -> None:
    nodes = tuple(
        CategoryNode(number, f"Таблетки {number}", ("Аптека", f"Таблетки {number}"))
        for number in range(1, 200)
    )
    stage = AutoCategorizer(ScriptedModel(), store_with(nodes), CategoryIndex(nodes))
    offered = stage.find(PARACETAMOL, NO_FINDINGS, meter=FreeMeter())
    assert len(offered.candidates) == categorizer.MAX_CANDIDATES


def test_the_word_index_finds_by_stem_synonym_and_path() -> None:
    index = CategoryIndex(TREE)
    assert [hit.category_id for hit in index.search("платье для девочки", limit=2)] == [GIRLS, WOMEN]
    assert index.search("парацетамола", limit=5)[0].category_id == PAIN
    assert index.search("", limit=5) == ()
    assert CategoryIndex(()).search("платье", limit=5) == ()


def test_candidates_that_no_neighbour_is_near_show_titles_confirmed_there() -> None:
    confirmed = tuple((100 + number, f"Сарафан летний {number}", WOMEN) for number in range(5))
    store = store_with(confirmed=(*confirmed, (PARACETAMOL.product_id, "Он сам", VITAMINS)))
    titles = store.confirmed_titles(
        [WOMEN, VITAMINS, GIRLS], limit=3, exclude_product_id=PARACETAMOL.product_id
    )
    assert titles == {WOMEN: tuple(f"Сарафан летний {number}" for number in range(3))}
