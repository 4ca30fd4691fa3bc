"""Attributes through the stage: the schema of the chosen category decides what is kept, and in which form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from django.utils import timezone

from apps.ai import catalog, prompts
from apps.ai.prompts import choices
from apps.ai.schemas import AttributeClaim
from apps.ai.services.categorizer import AttributeRules, AutoCategorizer, no_rules
from apps.ai.services.category import attributes
from apps.ai.tests.category.test_categorizer import PAIN, PARACETAMOL, TREE, answers, categorize, store_with
from apps.ai.tests.support.scripted import ScriptedModel
from apps.ai.text.attributes import schema as attribute_schema
from apps.ai.text.attributes.schema import AttributeSpec
from apps.ai.types import (
    CategoryCandidate,
    CategoryChoice,
    CategoryFacts,
    CategoryNode,
    ExtractedAttribute,
    FreeMeter,
    ImageFindings,
    ProductSnapshot,
)
from apps.products.models import Category

SPECS = attribute_schema.specs(
    [
        {"name": "Дозировка", "type": "number", "units": ["мг"], "synonyms": ["Доза"]},
        {"name": "Количество", "type": "count"},
        {
            "name": "Форма выпуска",
            "type": "choice",
            "values": [{"name": "таблетки", "synonyms": ["tablet"]}, "гель"],
            "from_title": True,
        },
    ]
)
DESCRIBED = tuple(replace(node, attributes=SPECS) if node.id == PAIN else node for node in TREE)


def _claim(name: str, value: str, evidence: str) -> AttributeClaim:
    return AttributeClaim(name=name, value=value, evidence=evidence)


def test_the_chosen_categorys_schema_names_orders_and_normalises() -> None:
    model = answers(
        attributes=[
            _claim("форма выпуска", "таблетка", "таблетки 500 мг"),
            _claim("Доза", "500 мг", "500 мг"),
            _claim("Количество", "20", "№20"),
            _claim("Цвет", "белый", "Парацетамол"),
            _claim("Дозировка", "20 мг", "№20"),
            _claim("Форма выпуска", "гель", "№20"),
        ]
    )
    choice = categorize(PARACETAMOL, model=model, nodes=DESCRIBED, store=store_with(DESCRIBED))
    assert choice.category_id == PAIN
    assert choice.attributes == (
        ExtractedAttribute("Дозировка", "500 мг", "500 мг"),
        ExtractedAttribute("Количество", "20 шт.", "№20"),
        ExtractedAttribute("Форма выпуска", "таблетки", "таблетки 500 мг"),
    )
    assert choice.warnings == (
        "attribute_unknown:Цвет",
        "attribute_not_allowed:Дозировка — 20 мг",
        "attribute_not_allowed:Форма выпуска — гель",
    )


def test_a_category_without_a_schema_takes_what_is_proven() -> None:
    found = (ExtractedAttribute("Цвет", "белый", "белый"),)
    assert attributes.fit(found, ()) == (found, ())


def test_neighbours_who_decide_alone_leave_the_attributes_to_rules() -> None:
    titles = (
        "Парацетамол таблетки 500 мг №10",
        "Парацетамол 500 мг таблетки №20",
        "Парацетамол таблетки 500 мг №30",
    )
    confirmed = tuple((number, title, PAIN) for number, title in enumerate(titles, start=100))
    product = ProductSnapshot(1, "Парацетамол таблетки 500 мг №20", "", attributes={"Цвет": "белый"})

    def rules(found: ProductSnapshot, kind: str, specs: Sequence[AttributeSpec]) -> list[AttributeClaim]:
        assert (found, kind, tuple(specs)) == (product, "medicine", SPECS)
        return [
            _claim("Доза", "500 мг", "500 мг"),
            _claim("Количество", "20", "№20"),
            _claim("Цвет", "red", "-"),
        ]

    def chosen(nodes: tuple[CategoryNode, ...], by: AttributeRules) -> CategoryChoice:
        stage = AutoCategorizer(ScriptedModel(), store_with(nodes, confirmed), nodes, attribute_rules=by)
        return stage.categorize(product, ImageFindings(), meter=FreeMeter())

    choice = chosen(DESCRIBED, rules)
    assert choice.method == "neighbours"
    assert {found.name: found.value for found in choice.attributes} == {
        "Дозировка": "500 мг",
        "Количество": "20 шт.",
    }
    assert chosen(TREE, rules).attributes == ()
    assert chosen(DESCRIBED, no_rules).attributes == ()


def _facts(*schemas: tuple[AttributeSpec, ...]) -> CategoryFacts:
    candidates = tuple(
        CategoryCandidate(number, ("Ветка", str(number)), "", 0.5, attributes=specs)
        for number, specs in enumerate(schemas, start=1)
    )
    return CategoryFacts(PARACETAMOL, candidates, ImageFindings())


def test_the_prompt_offers_each_attribute_once_with_the_candidates_it_holds_for() -> None:
    facts = _facts(SPECS, SPECS[:1], ())
    assert choices.attributes(facts.candidates) == [
        {"for": [1, 2], "names": ["Дозировка"]},
        {"for": [1], "names": ["Количество"], "choice": {"Форма выпуска": ["таблетки", "гель"]}},
    ]
    assert '<attributes>\n[{"for":[1,2],"names":["Дозировка"]}' in prompts.category(facts).user


def test_only_the_likeliest_candidates_bring_their_attributes() -> None:
    behind = attribute_schema.specs([{"name": "Редкое"}])
    facts = _facts(*[SPECS] * choices.DESCRIBED, behind)
    assert [group["for"] for group in choices.attributes(facts.candidates)] == [[1, 2, 3]]
    assert "Редкое" not in prompts.category(facts).user


def test_rules_find_the_attributes_of_a_choice_whose_schema_was_not_sent() -> None:
    leaves = tuple(
        CategoryNode(
            number, f"Раздел {number}", ("Аптека", f"Раздел {number}"), kind="medicine", attributes=SPECS
        )
        for number in range(1, choices.DESCRIBED + 3)
    )
    last = str(len(leaves))
    product = ProductSnapshot(1, "Раздел Ağrosol 500 mg 20 Tablet", "")

    def rules(found: ProductSnapshot, kind: str, specs: Sequence[AttributeSpec]) -> list[AttributeClaim]:
        return [_claim("Дозировка", "500 мг", "500 mg"), _claim("Количество", "20", "20 Tablet")]

    stage = AutoCategorizer(
        answers(choice=last, attributes=[]), store_with(leaves), leaves, attribute_rules=rules
    )
    choice = stage.categorize(product, ImageFindings(), meter=FreeMeter())
    assert {found.name for found in choice.attributes} == {"Дозировка", "Количество"}
    stage = AutoCategorizer(
        answers(choice="1", attributes=[]), store_with(leaves), leaves, attribute_rules=rules
    )
    assert stage.categorize(product, ImageFindings(), meter=FreeMeter()).attributes == ()


def test_the_port_hands_schemas_down_the_tree_as_the_same_values(tree: dict[str, Category]) -> None:
    rows = [{"name": "Дозировка", "type": "number", "units": ["мг"]}]
    Category.objects.filter(slug="pharmacy").update(attribute_schema=rows, updated_at=timezone.now())
    nodes = {node.name: node for node in catalog.get().categories()}
    assert [spec.name for spec in nodes["Витамины"].attributes] == ["Дозировка"]
    assert nodes["Витамины"].attributes is nodes["Аптека"].attributes
    assert nodes["Платья"].attributes == ()


def test_evidence_may_be_quoted_across_tags() -> None:
    """The question tells a description without its markup."""
    product = ProductSnapshot(1, "Платье", "<ul><li>Состав: <b>хлопок</b> 95&nbsp;%</li></ul>")
    found, dropped = attributes.proven([_claim("Материал", "хлопок", "Состав: хлопок 95 %")], product)
    assert [one.value for one in found] == ["хлопок"]
    assert dropped == ()
