"""Attribute schemas: checked when written, inherited down the tree."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from apps.products.models import Category
from apps.products.services.attribute_schema import SchemaError, cleaned, inherited
from apps.products.services.category_import import import_categories
from apps.products.services.json_lines import ImportFileError
from apps.products.services.tree import CategoryTree
from apps.users.models import User

DOSE = {"name": "Дозировка", "type": "number", "units": ["мг", "г"]}
COLOUR = {"name": "Цвет", "synonyms": ["Расцветка"]}
FORM = {
    "name": "Форма",
    "type": "choice",
    "values": ["гель", {"name": "крем", "synonyms": ["krem"]}],
    "from_title": True,
}


def test_a_sound_schema_stays_as_it_is() -> None:
    assert cleaned([DOSE, COLOUR, FORM]) == [DOSE, COLOUR, FORM]
    assert cleaned([{"name": "  Цвет \n ткани", "type": "text", "synonyms": []}]) == [{"name": "Цвет ткани"}]


@pytest.mark.parametrize(
    ("schema", "complaint"),
    [
        ({}, "not a list"),
        (["Цвет"], "not an object"),
        ([{"type": "text"}], "not a text"),
        ([{"name": " "}], "1 to 100"),
        ([{"name": "x" * 101}], "1 to 100"),
        ([{"name": "\ud800"}], "surrogate"),
        ([COLOUR, {"name": "цвет"}], "stands twice"),
        ([{"name": "Цвет", "colour": 1}], "unknown keys: colour"),
        ([{"name": "Цвет", "type": "rgb"}], "type 'rgb'"),
        ([{"name": "Вес", "type": "number"}], "no units"),
        ([{"name": "Цвет", "units": ["мг"]}], "is no number"),
        ([{"name": "Форма", "type": "choice"}], "a choice has values"),
        ([{"name": "Цвет", "values": ["красный"]}], "a choice has values"),
        ([{**FORM, "values": [{"title": "гель"}]}], "other keys"),
        ([{**FORM, "values": [5]}], "not a text"),
        ([{**FORM, "multiple": "yes"}], "neither true nor false"),
        ([{"name": f"A{number}"} for number in range(51)], "at most 50"),
    ],
)
def test_a_wrong_schema_is_refused_with_a_sentence(schema: Any, complaint: str) -> None:
    with pytest.raises(SchemaError, match=complaint):
        cleaned(schema)


def test_children_add_replace_and_take_away() -> None:
    narrow = {**DOSE, "units": ["мкг"]}
    none = {"name": "цвет", "type": "none"}
    assert inherited([[DOSE, COLOUR], [narrow], [none, FORM]]) == [narrow, FORM]


@pytest.mark.django_db
def test_the_import_writes_and_updates_schemas_and_the_tree_hands_them_down(tmp_path: Path) -> None:
    rows: list[dict[str, Any]] = [
        {"id": "med", "name": "Лекарства", "attributes": [DOSE]},
        {"id": "gel", "parent_id": "med", "name": "Гели", "attributes": [FORM]},
        {"id": "pill", "parent_id": "med", "name": "Таблетки"},
    ]
    file = tmp_path / "tree.jsonl"

    def write() -> None:
        file.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
        call_command("import_categories", str(file))

    write()
    tree = CategoryTree.load()
    by_name = {node.name: tree.attribute_schema(node.id) for node in tree.rows}
    assert by_name == {"Лекарства": [DOSE], "Гели": [DOSE, FORM], "Таблетки": [DOSE]}

    rows[0]["attributes"] = []
    del rows[1]["attributes"]  # a line that does not say leaves it
    write()
    tree = CategoryTree.load()
    by_name = {node.name: tree.attribute_schema(node.id) for node in tree.rows}
    assert by_name == {"Лекарства": [], "Гели": [FORM], "Таблетки": []}


@pytest.mark.django_db
def test_an_import_with_a_wrong_schema_writes_nothing(tmp_path: Path) -> None:
    file = tmp_path / "tree.jsonl"
    file.write_text(
        '{"id": 1, "name": "Еда", "attributes": [{"name": "Вес", "type": "number"}]}', encoding="utf-8"
    )
    with pytest.raises(ImportFileError, match="line 1: the number 'Вес' has no units"):
        import_categories(file)
    assert not Category.objects.exists()


@pytest.mark.django_db
def test_what_got_past_the_checks_does_not_break_the_tree() -> None:
    Category.objects.create(name="Еда", slug="food", attribute_schema={"Вес": "кг"})
    tree = CategoryTree.load()
    assert [tree.attribute_schema(node.id) for node in tree.rows] == [[]]


@pytest.mark.django_db
def test_the_admin_form_checks_the_schema(admin_client: Client, admin_user: User) -> None:
    food = Category.objects.create(name="Еда", slug="food")
    url = f"/admin/products/category/{food.pk}/change/"
    form = {"name": "Еда", "slug": "food", "synonyms": "[]", "position": "0", "is_active": "on"}
    refused = admin_client.post(url, form | {"attribute_schema": '[{"name": "Вес", "type": "number"}]'})
    assert refused.status_code == 200
    assert "has no units" in refused.content.decode()
    accepted = admin_client.post(url, form | {"attribute_schema": json.dumps([DOSE])})
    assert accepted.status_code == 302
    food.refresh_from_db()
    assert food.attribute_schema == [DOSE]
