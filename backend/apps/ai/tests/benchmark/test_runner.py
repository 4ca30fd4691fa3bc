"""The measuring instrument: its arithmetic on known cases, and the command on a small set."""

from __future__ import annotations

import json
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from PIL import Image

from apps.ai.models import AIProcessingLog
from apps.ai.services import composition
from apps.ai.services.benchmark import datasets, metrics
from apps.ai.services.benchmark.datasets import DatasetError
from apps.ai.services.benchmark.metrics import Prediction
from apps.products.models import Category, Product


def prediction(
    right: int,
    *ranked: int,
    confidence: float = 0.9,
    abstains: bool = False,
    candidates: tuple[int, ...] = (),
) -> Prediction:
    choice = None if abstains else ranked[0]
    return Prediction(frozenset({right}), choice, confidence, tuple(ranked), candidates)


def test_top_counts_the_choice_and_its_alternatives_in_order() -> None:
    seen = [prediction(1, 1, 2, 3), prediction(1, 2, 1, 3), prediction(1, 2, 3, 1), prediction(1, 2, 3, 4, 1)]
    assert metrics.top(seen, 1) == 0.25
    assert metrics.top(seen, 3) == 0.75


def test_any_of_several_right_categories_counts() -> None:
    both = Prediction(frozenset({1, 2}), 2, 0.9, (2,), (5, 2))
    assert metrics.top([both], 1) == 1.0
    assert (metrics.recall([both], 1), metrics.recall([both], 2)) == (0.0, 1.0)


def test_coverage_at_a_precision_is_the_widest_that_still_reaches_it() -> None:
    seen = [prediction(1, 1, confidence=1 - n / 100) for n in range(49)]
    seen.append(prediction(1, 2, confidence=0.5))
    seen += [prediction(1, 2, confidence=0.1) for _ in range(50)]
    safe = metrics.at_precision(seen, 0.98)
    assert (safe.coverage, safe.precision, safe.threshold) == (0.5, 0.98, 0.5)


def test_equal_confidences_are_decided_together() -> None:
    tied = [prediction(1, 1, confidence=0.9), prediction(1, 2, confidence=0.9)]
    assert metrics.at_precision(tied, 0.98).coverage == 0.0
    assert metrics.at_precision(tied, 0.5).coverage == 1.0


def test_abstentions_are_neither_covered_nor_counted_as_calibrated() -> None:
    seen = [prediction(1, 1, confidence=1.0), prediction(1, 2, confidence=0.0, abstains=True)]
    assert metrics.abstentions(seen) == 0.5
    assert metrics.at_precision(seen, 0.98).coverage == 0.5
    assert metrics.calibration_error(seen) == pytest.approx(0.0)


def test_what_would_be_applied_automatically() -> None:
    seen = [
        replace(prediction(1, 1, confidence=0.9), automatic=True),
        replace(prediction(1, 2, confidence=0.85), automatic=True),
        prediction(1, 1, confidence=0.95),
    ]
    decided = metrics.automatic(seen)
    assert (decided.precision, decided.threshold) == (0.5, 0.85)
    assert decided.coverage == pytest.approx(2 / 3)
    assert metrics.automatic(seen[2:]).precision == 1.0


PATHS = {1: (1,), 2: (1, 2), 3: (1, 2, 3), 4: (1, 4), 5: (5,)}


@pytest.mark.parametrize(
    ("right", "choice", "f1"), [(3, 3, 1.0), (3, 2, 0.8), (3, 4, 0.4), (3, 5, 0.0), (1, 3, 0.5)]
)
def test_hierarchical_f1_counts_the_common_beginning_of_the_paths(right: int, choice: int, f1: float) -> None:
    assert metrics.hierarchical_f1([prediction(right, choice)], PATHS) == pytest.approx(f1)


def test_hierarchical_f1_takes_the_right_category_that_suits_best_and_none_for_no_answer() -> None:
    both = Prediction(frozenset({4, 5}), 3, 0.9, (3,), ())
    assert metrics.hierarchical_f1([both], PATHS) == pytest.approx(0.4)
    assert metrics.hierarchical_f1([prediction(3, 3, abstains=True)], PATHS) == 0.0


def test_macro_f1_gives_rare_categories_the_same_say() -> None:
    seen = [*(prediction(1, 1) for _ in range(8)), prediction(2, 1), prediction(2, 2)]
    assert metrics.macro_f1(seen) == pytest.approx((16 / 17 + 2 / 3) / 2)


def test_the_coverage_curve_goes_from_the_surest_to_all() -> None:
    seen = [
        prediction(1, 1, confidence=0.9),
        prediction(1, 2, confidence=0.5),
        prediction(1, 1, confidence=0.5),
    ]
    assert metrics.coverage_curve(seen) == [(1 / 3, 1.0), (1.0, pytest.approx(2 / 3))]


def test_calibration_error_is_the_mean_gap() -> None:
    sure_and_wrong = [prediction(1, 2, confidence=0.95) for _ in range(10)]
    assert metrics.calibration_error(sure_and_wrong) == pytest.approx(0.95)
    honest = [prediction(1, 1 if n < 8 else 2, confidence=0.8) for n in range(10)]
    assert metrics.calibration_error(honest) == pytest.approx(0.0, abs=1e-9)
    assert metrics.calibration_error([*sure_and_wrong, *honest]) == pytest.approx(0.475)


def test_nothing_measured_is_zero() -> None:
    assert metrics.top([], 1) == 0.0
    assert metrics.calibration_error([]) == 0.0
    assert metrics.at_precision([], 0.98).coverage == 0.0


KINDS = ("чайник", "футболка", "шампунь", "роман")


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    """Four flat categories under one root and twenty products of each; titles tell the category."""
    folder = tmp_path / "set"
    folder.mkdir()
    categories = [{"id": "root", "parent_id": None, "name": "Магазин"}]
    categories += [{"id": kind, "parent_id": "root", "name": kind.title()} for kind in KINDS]
    products = [
        {
            "id": f"{kind}-{n}",
            "title": f"{kind} модель {n}",
            "description": "",
            "brand": "",
            "category_ids": [kind],
        }
        for kind in KINDS
        for n in range(20)
    ]
    write(folder / "categories.jsonl", categories)
    write(folder / "products.jsonl", products)
    return folder


def write(file: Path, rows: list[Any]) -> None:
    file.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows) + "\n", encoding="utf-8")


def test_the_split_depends_on_nothing_but_seed_and_id(dataset: Path) -> None:
    products = datasets.load(dataset).products
    one = datasets.split(products, share=0.5, seed=0, limit=1000)
    other = datasets.split(products[::-1][:60], share=0.5, seed=0, limit=1000)
    assert {p.key for p in other.examples} <= {p.key for p in one.examples}
    assert {p.key for p in other.test} <= {p.key for p in one.test}
    assert len(one.examples) + len(one.test) == 80
    assert 25 <= len(one.examples) <= 55
    changed = datasets.split(products, share=0.5, seed=1, limit=1000)
    assert {p.key for p in changed.examples} != {p.key for p in one.examples}
    assert datasets.split(products, share=0.0, seed=0, limit=7).examples == ()
    assert len(datasets.split(products, share=0.0, seed=0, limit=7).test) == 7


def test_a_node_with_children_may_be_chosen_only_when_examples_lie_there(dataset: Path) -> None:
    labelled = datasets.load(dataset)
    root = next(node for node in labelled.tree(()) if node.name == "Магазин")
    leaf = next(node for node in labelled.tree(()) if node.name == "Чайник")
    assert (root.is_leaf, leaf.is_leaf) == (False, True)
    assert leaf.path == ("Магазин", "Чайник")
    assert leaf.ancestor_ids == (root.id,)
    in_root = datasets.LabelledProduct("x", labelled.products[0].snapshot, (root.id,))
    assert all(node.is_leaf for node in labelled.tree([in_root]))


def test_a_tree_that_bites_its_tail_is_cut(tmp_path: Path) -> None:
    write(
        tmp_path / "categories.jsonl",
        [{"id": 1, "parent_id": 2, "name": "A"}, {"id": 2, "parent_id": 1, "name": "B"}],
    )
    write(tmp_path / "products.jsonl", [{"id": 1, "title": "x", "category_ids": [1]}])
    assert [node.path for node in datasets.load(tmp_path).tree(())] == [("B", "A"), ("A", "B")]


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("{", "line 2: not JSON"),
        ("[]", "line 2: not an object"),
        ('{"title": "x"}', "line 2: id, category_ids is missing"),
        ('{"id": 1, "category_ids": 5}', "line 2: category_ids is not a list"),
        ('{"id": 1, "category_ids": ["ghost"]}', "'?1'? names no category"),
    ],
)
def test_a_bad_line_is_named(dataset: Path, line: str, sentence: str) -> None:
    first = '{"id": 0, "title": "x", "category_ids": ["роман"]}'
    (dataset / "products.jsonl").write_text(f"{first}\n{line}\n", encoding="utf-8")
    with pytest.raises(DatasetError, match=sentence):
        datasets.load(dataset)


def run(*args: str) -> dict[str, str]:
    """The command's printed figures by name."""
    out = StringIO()
    call_command("benchmark_ai", *args, stdout=out)
    return dict(line.split(maxsplit=1) for line in out.getvalue().splitlines())


def test_the_command_measures_and_writes_json(dataset: Path, tmp_path: Path) -> None:
    file = tmp_path / "report.json"
    shown = run("--dataset", str(dataset), "--examples", "0.7", "--json", str(file))
    report = json.loads(file.read_text())
    written = report["metrics"]
    assert tuple(written) == metrics.METRICS
    assert (shown["top1"], written["top1"]) == ("1", 1.0)
    assert written["recall@10"] == 1.0
    assert written["cost_usd"] == 0.0
    assert report["categories"] == 5
    assert report["examples"] + report["tested"] == 80
    assert report["engine"] == composition.language_model().model
    assert (report["examples_share"], report["seed"]) == (0.7, 0)


def test_with_nothing_confirmed_names_alone_are_used(dataset: Path, tmp_path: Path) -> None:
    file = tmp_path / "report.json"
    run("--dataset", str(dataset), "--examples", "0", "--limit", "30", "--json", str(file))
    report = json.loads(file.read_text())
    assert (report["examples"], report["tested"]) == (0, 30)
    assert report["metrics"]["recall@10"] == 1.0
    assert report["metrics"]["model_calls"] == 30.0


def test_fail_under_is_an_exit_code_with_the_figure(dataset: Path) -> None:
    run("--dataset", str(dataset), "--fail-under", "top1=0.5", "--fail-under", "calibration_error=0.9")
    with pytest.raises(CommandError, match=r"calibration_error is 0\.\d+, must be at most 0\."):
        run("--dataset", str(dataset), "--fail-under", "calibration_error=0.0")
    with pytest.raises(CommandError, match=r"top1 is 1\.0000, must be at least 1\.1\."):
        run("--dataset", str(dataset), "--fail-under", "top1=1.1")


def test_compare_shows_what_has_changed(dataset: Path, tmp_path: Path) -> None:
    file = tmp_path / "before.json"
    run("--dataset", str(dataset), "--examples", "0", "--json", str(file))
    shown = run("--dataset", str(dataset), "--examples", "0.7", "--compare", str(file))
    before = json.loads(file.read_text())["metrics"]["model_calls"]
    assert f"(was {before:g}, " in shown["model_calls"]
    assert shown["top1"].endswith("+0.0000)")


def test_plots_are_two_pictures(dataset: Path, tmp_path: Path) -> None:
    run("--dataset", str(dataset), "--plots", str(tmp_path / "plots"))
    names = {path.name for path in (tmp_path / "plots").iterdir()}
    assert names == {"set-reliability.png", "set-coverage.png"}
    for name in names:
        with Image.open(tmp_path / "plots" / name) as picture:
            assert picture.format == "PNG"
            assert len(picture.convert("RGB").getcolors() or ()) > 3


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        (["--compare", "/nowhere/report.json"], "is no report"),
        (["--plots", "/proc/nowhere"], "cannot be written"),
        (["--fail-under", "beauty=1"], "no such metric: beauty"),
        (["--fail-under", "top1"], "must be METRIC=VALUE"),
        (["--examples", "1"], "from 0 to below 1"),
        (["--examples", "many"], "from 0 to below 1"),
        (["--limit", "0"], "Nothing is left to test"),
        (["--json", "/nowhere/report.json"], "cannot be written"),
    ],
)
def test_bad_arguments_are_one_sentence(dataset: Path, args: list[str], sentence: str) -> None:
    with pytest.raises(CommandError, match=sentence):
        run("--dataset", str(dataset), *args)


def test_a_folder_that_is_no_set_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"categories\.jsonl cannot be read"):
        run("--dataset", str(tmp_path))


@pytest.mark.django_db
def test_the_shop_is_not_touched(dataset: Path, shop: dict[str, Category], product: Product) -> None:
    before = (composition.vector_store().counts(), Category.objects.count(), Product.objects.count())
    run("--dataset", str(dataset))
    assert (composition.vector_store().counts(), Category.objects.count(), Product.objects.count()) == before
    assert not AIProcessingLog.objects.exists()
