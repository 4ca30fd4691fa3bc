from __future__ import annotations

import io
import json
import time
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from apps.products.models import Category

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "categories.jsonl"


def write(file: Path, *rows: dict[str, Any] | str) -> Path:
    lines = (row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows)
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


def run(file: Path, **options: Any) -> str:
    out = io.StringIO()
    call_command("import_categories", str(file), stdout=out, **options)
    return out.getvalue().strip()


def refused(file: Path) -> str:
    with pytest.raises(CommandError) as error:
        call_command("import_categories", str(file))
    return str(error.value)


def test_children_may_stand_before_their_parents(file: Path) -> None:
    write(
        file,
        {
            "id": "leaf",
            "parent_id": 2,
            "name": "Таблетки",
            "synonyms": ["tablet", "tablet", " "],
            "position": 3,
        },
        {"id": 2, "parent_id": "root", "name": "Лекарства", "kind": "medicine"},
        "",
        {"id": "root", "parent_id": None, "name": "Аптека", "is_active": False},
    )
    assert run(file) == "Categories: 3 created, 0 updated, 0 unchanged."
    leaf = Category.objects.get(external_id="leaf")
    assert (leaf.name, leaf.synonyms, leaf.position, leaf.slug) == (
        "Таблетки",
        ["tablet"],
        3,
        "tabletki-leaf",
    )
    assert leaf.parent is not None and leaf.parent.external_id == "2" and leaf.parent.kind == "medicine"
    assert leaf.parent.parent is not None and not leaf.parent.parent.is_active


def test_a_second_run_writes_nothing_and_a_change_only_what_the_line_says(file: Path) -> None:
    write(
        file,
        {"id": "a", "parent_id": None, "name": "А", "kind": "book", "synonyms": ["x"]},
        {"id": "b", "parent_id": "a", "name": "Б"},
    )
    run(file)
    before = list(Category.objects.order_by("pk").values())
    assert run(file) == "Categories: 0 created, 0 updated, 2 unchanged."
    assert list(Category.objects.order_by("pk").values()) == before
    write(file, {"id": "a", "parent_id": None, "name": "Азбуки"}, {"id": "c", "parent_id": "b", "name": "В"})
    assert run(file) == "Categories: 1 created, 1 updated, 0 unchanged."
    changed = Category.objects.get(external_id="a")
    assert (changed.name, changed.kind, changed.synonyms, changed.slug) == ("Азбуки", "book", ["x"], "a-a")
    assert changed.updated_at > before[0]["updated_at"]
    assert Category.objects.get(external_id="b").updated_at == before[1]["updated_at"]
    new_parent = Category.objects.get(external_id="c").parent
    assert new_parent is not None and new_parent.external_id == "b"


def test_a_category_can_move(file: Path) -> None:
    write(
        file, {"id": "a", "name": "А"}, {"id": "b", "name": "Б"}, {"id": "c", "parent_id": "a", "name": "В"}
    )
    run(file)
    write(file, {"id": "c", "parent_id": "b", "name": "В"}, {"id": "b", "parent_id": "a", "name": "Б"})
    assert run(file) == "Categories: 0 created, 2 updated, 0 unchanged."
    moved = Category.objects.get(external_id="c")
    assert moved.parent is not None and moved.parent.external_id == "b"


def test_a_dry_run_counts_and_writes_nothing(file: Path) -> None:
    write(file, {"id": "a", "name": "А"})
    run(file)
    write(file, {"id": "a", "name": "АА"}, {"id": "b", "parent_id": "a", "name": "Б"})
    assert run(file, dry_run=True) == (
        "Dry run, nothing written. Categories: 1 created, 1 updated, 0 unchanged."
    )
    assert list(Category.objects.values_list("name", flat=True)) == ["А"]
    write(file, {"id": "a", "parent_id": "b", "name": "А"}, {"id": "b", "name": "Б"})
    assert "1 created, 1 updated" in run(file, dry_run=True)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([{"id": "a", "parent_id": "x", "name": "А"}], "line 1: the parent 'x' of 'a' does not exist"),
        (
            [{"id": "a", "parent_id": "b", "name": "А"}, {"id": "b", "parent_id": "a", "name": "Б"}],
            "the categories form a circle: a → b → a",
        ),
        ([{"id": "a", "parent_id": "a", "name": "А"}], "the categories form a circle: a → a"),
        ([{"id": 1, "name": "А"}, {"id": "1", "name": "Б"}], "line 2: id '1' stands in line 1 already"),
        ([{"name": "А"}], "line 1: id is missing"),
        ([{"id": True, "name": "А"}], "line 1: id is neither a text nor a whole number"),
        ([{"id": "a", "name": "  "}], "line 1: name is missing"),
        ([{"id": "a", "name": "я" * 201}], "line 1: name has 201 characters, at most 200 are possible"),
        ([{"id": "a", "name": "А", "kind": "weapon"}], "line 1: kind 'weapon' is unknown"),
        ([{"id": "a", "name": "А", "is_active": "да"}], "line 1: is_active is neither true nor false"),
        ([{"id": "a", "name": "А", "position": -1}], "line 1: position is not a whole number"),
        ([{"id": "a", "name": "А", "synonyms": "x"}], "line 1: synonyms is not a list"),
        ([{"id": "a", "name": "А", "synonyms": [5]}], "line 1: synonyms is not a text"),
        ([{"id": "a", "name": "\ud800"}], "line 1: name holds half a character"),
        (['{"id": "a", "na'], "line 1: not JSON"),
        (["[1]"], "line 1: not a JSON object"),
        ([""], "the file is empty"),
    ],
)
def test_a_wrong_line_stops_everything(file: Path, rows: list[Any], message: str) -> None:
    good = {"id": "good", "name": "Хорошая"}
    lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
    file.write_text("\n".join(lines if rows == [""] else [*lines, json.dumps(good)]), encoding="utf-8")
    assert message in refused(file)
    assert Category.objects.count() == 0


def test_all_wrong_lines_are_told_at_once(file: Path) -> None:
    write(file, *({"id": str(n)} for n in range(30)))
    message = refused(file)
    assert "line 1: name is missing" in message
    assert "line 20: name is missing" in message
    assert "… and 10 more" in message


def test_a_circle_through_categories_that_exist_is_refused(file: Path) -> None:
    write(file, {"id": "a", "name": "А"}, {"id": "b", "parent_id": "a", "name": "Б"})
    run(file)
    write(file, {"id": "a", "parent_id": "b", "name": "А"})
    assert "the categories form a circle: a → b → a" in refused(file)
    assert Category.objects.get(external_id="a").parent is None


def test_no_file_and_no_text(tmp_path: Path, file: Path) -> None:
    assert "No such file" in refused(tmp_path / "none.jsonl")
    file.write_bytes(b"\xff\xfe\x00")
    assert "not UTF-8 text" in refused(file)


def test_slugs_are_unique_whatever_the_names(file: Path) -> None:
    Category.objects.create(name="занято", slug="kremy-a")
    write(
        file,
        {"id": "a", "name": "Кремы"},
        {"id": "b-c", "name": "а"},
        {"id": "c", "name": "а b"},
        {"id": "日", "name": "本"},
        {"id": "月", "name": "本"},
        {"id": "gid://x/Y/ap-1", "name": "я" * 200},
    )
    assert run(file) == "Categories: 6 created, 0 updated, 0 unchanged."
    slugs = list(Category.objects.values_list("slug", flat=True))
    assert len(set(slugs)) == 7
    assert all(slugs)
    assert max(map(len, slugs)) <= 220


def test_ten_thousand_categories_take_seconds(file: Path) -> None:
    rows = [{"id": n, "parent_id": n // 10 or None, "name": f"Категория {n}"} for n in range(1, 10_601)]
    write(file, *rows)
    started = time.monotonic()
    assert run(file) == "Categories: 10600 created, 0 updated, 0 unchanged."
    write(file, *({**row, "name": f"{row['name']}!"} for row in rows))
    assert run(file) == "Categories: 0 created, 10600 updated, 0 unchanged."
    assert time.monotonic() - started < 30
