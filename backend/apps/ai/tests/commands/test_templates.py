"""import_templates, run as a command on real files and rows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from apps.ai.models import AITemplate
from apps.ai.services import composition
from apps.ai.services.vector_store import Collection
from apps.products.models import Category

pytestmark = pytest.mark.django_db
GOOD: dict[str, Any] = {
    "name": "Описание: обезболивающие",
    "template_type": "description",
    "category_id": "pain",
    "language": "ru",
    "content": "<p>Таблетки</p>",
}


@pytest.fixture(autouse=True)
def shop_with_codes(tree: dict[str, Category]) -> Iterator[None]:
    for slug, category in tree.items():
        Category.objects.filter(pk=category.pk).update(external_id=slug)
    composition.forget()
    call_command("init_qdrant", stdout=StringIO())
    yield
    composition.forget()


def run(tmp_path: Path, rows: Any, *args: str) -> list[str]:
    """The command's output for a file that holds `rows` (text as it is, anything else as JSON)."""
    file = tmp_path / "templates.json"
    file.write_text(rows if isinstance(rows, str) else json.dumps(rows, ensure_ascii=False), encoding="utf-8")
    out = StringIO()
    call_command("import_templates", str(file), *args, stdout=out)
    return out.getvalue().splitlines()


def indexed() -> int:
    return composition.vector_store().counts()[Collection.TEMPLATES]


def test_rows_become_templates_of_their_category(tmp_path: Path, tree: dict[str, Category]) -> None:
    everywhere = {**GOOD, "name": "Все", "category_id": None, "template_type": "attribute_extraction"}
    assert run(tmp_path, [GOOD, everywhere]) == [
        "Templates: 2 created, 0 updated, 0 unchanged, 0 refused.",
        "Index: 2 written, 0 unchanged, 0 removed.",
    ]
    template = AITemplate.objects.get(name=GOOD["name"])
    assert (template.category_id, template.content, template.is_active) == (
        tree["pain"].pk,
        "<p>Таблетки</p>",
        True,
    )
    assert AITemplate.objects.get(name="Все").category is None


def test_the_second_import_does_nothing_and_a_change_is_written_by_name(tmp_path: Path) -> None:
    run(tmp_path, [GOOD])
    assert run(tmp_path, [GOOD]) == [
        "Templates: 0 created, 0 updated, 1 unchanged, 0 refused.",
        "Index: 0 written, 1 unchanged, 0 removed.",
    ]
    assert run(tmp_path, [{**GOOD, "content": "<p>Капсулы</p>"}]) == [
        "Templates: 0 created, 1 updated, 0 unchanged, 0 refused.",
        "Index: 1 written, 0 unchanged, 0 removed.",
    ]
    assert AITemplate.objects.get().content == "<p>Капсулы</p>"


def test_a_deleted_template_leaves_the_index(tmp_path: Path) -> None:
    run(tmp_path, [GOOD])
    AITemplate.objects.all().delete()
    assert run(tmp_path, [{**GOOD, "name": "Другой"}])[1] == "Index: 1 written, 0 unchanged, 1 removed."
    assert indexed() == 1


def test_dry_run_writes_neither_rows_nor_vectors(tmp_path: Path) -> None:
    assert run(tmp_path, [GOOD], "--dry-run")[0] == (
        "Templates: 1 created, 0 updated, 0 unchanged, 0 refused (dry run, nothing written)."
    )
    assert not AITemplate.objects.exists()
    assert indexed() == 0


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            {"category_id": "nowhere"},
            r"Row 2 \('Описание: обезболивающие'\): no category has the external id 'nowhere'\.",
        ),
        ({"template_type": "poem"}, "Row 2 .*template_type: Input should be"),
        ({"name": ""}, "Row 2 .*name: String should have at least 1 character"),
        ({"name": "x" * 101}, "Row 2 .*name: String should have at most 100 characters"),
        ({"content": "a\x00b"}, "Row 2 .*NUL"),
        ({"text": "extra"}, "Row 2 .*text: Extra inputs are not permitted"),
        ({"content": None}, "Row 2 .*content: Input should be a valid string"),
    ],
)
def test_a_bad_row_is_named_and_the_good_ones_are_kept(
    tmp_path: Path, change: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(CommandError, match=sentence):
        run(tmp_path, [{**GOOD, "name": "Хороший"}, {**GOOD, **change}])
    assert [template.name for template in AITemplate.objects.all()] == ["Хороший"]
    assert indexed() == 1


def test_a_name_twice_in_one_file_is_refused_the_second_time(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"Row 2 .*the name stands in an earlier row"):
        run(tmp_path, [GOOD, {**GOOD, "content": "другое"}])
    assert AITemplate.objects.get().content == GOOD["content"]


@pytest.mark.parametrize("row", [None, "text", 5, []])
def test_a_row_that_is_no_object_is_named(tmp_path: Path, row: Any) -> None:
    with pytest.raises(CommandError, match="Row 1: row: Input should be"):
        run(tmp_path, [row])


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "is not JSON"),
        ("{", "is not JSON"),
        ("[" * 100_000, "is not JSON"),
        ("{}", "must hold a JSON list"),
        ("[]", "must hold a JSON list with at least one template"),
    ],
)
def test_a_file_that_is_no_list_is_one_sentence(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(CommandError, match=sentence):
        run(tmp_path, text)


def test_a_missing_file_and_one_that_is_not_text_are_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("import_templates", str(tmp_path / "none.json"))
    (tmp_path / "binary.json").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(CommandError, match="is not JSON"):
        call_command("import_templates", str(tmp_path / "binary.json"))


def test_rows_are_kept_when_the_index_is_away(tmp_path: Path, settings: Any) -> None:
    settings.QDRANT = {**settings.QDRANT, "URL": "http://127.0.0.1:1", "TIMEOUT": 2}
    with pytest.raises(CommandError, match="The rows are saved, but not indexed"):
        run(tmp_path, [GOOD])
    assert AITemplate.objects.count() == 1
