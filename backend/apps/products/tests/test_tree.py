from __future__ import annotations

import pytest
from pytest_django import DjangoAssertNumQueries

from apps.products.models import Category
from apps.products.services.tree import CategoryNode, CategoryTree


def node(id: int, parent_id: int | None = None, *, kind: str = "", is_active: bool = True) -> CategoryNode:
    return CategoryNode(id, parent_id, f"n{id}", kind, is_active, ())


@pytest.fixture
def small() -> CategoryTree:
    """1 > (2 > (4, 5 inactive), 3 inactive > 6), 7"""
    return CategoryTree.of(
        [
            node(1, kind="medicine"),
            node(2, 1),
            node(3, 1, is_active=False),
            node(4, 2, kind="supplement"),
            node(5, 2, is_active=False),
            node(6, 3),
            node(7),
        ]
    )


def test_paths_and_ancestors(small: CategoryTree) -> None:
    assert small.path(4) == ("n1", "n2", "n4")
    assert small.path_text(4) == "n1 > n2 > n4"
    assert small.ancestor_ids(4) == (1, 2)
    assert small.ancestor_ids(1) == ()
    with pytest.raises(KeyError):
        small.path(99)


def test_kind_comes_from_the_nearest_ancestor(small: CategoryTree) -> None:
    assert [small.kind(id) for id in (1, 2, 4, 6, 7)] == [
        "medicine",
        "medicine",
        "supplement",
        "medicine",
        "",
    ]


def test_leaves_are_active_below_active_ancestors_and_without_active_children(small: CategoryTree) -> None:
    assert small.leaf_ids == {4, 7}
    assert [small.is_active(id) for id in (4, 5, 6)] == [True, False, False]


def test_a_category_whose_children_are_all_inactive_is_a_leaf() -> None:
    assert CategoryTree.of([node(1), node(2, 1, is_active=False)]).leaf_ids == {1}


def test_descendants_and_children(small: CategoryTree) -> None:
    assert small.descendants(1) == {2, 3, 4, 5, 6}
    assert small.children(2) == (4, 5)
    assert small.descendants(7) == frozenset()


def test_a_cycle_and_a_missing_parent_do_no_harm() -> None:
    tree = CategoryTree.of([node(1, 3), node(2, 1), node(3, 2), node(4, 99)])
    assert tree.path(1) == ("n2", "n3", "n1")
    assert tree.descendants(1) == {2, 3}
    assert tree.kind(1) == ""
    assert tree.leaf_ids == {4}
    assert tree.path(4) == ("n4",)


def test_an_empty_tree() -> None:
    assert CategoryTree.of([]).leaf_ids == frozenset()


def test_load_reads_everything_with_one_query(
    tree: dict[str, Category], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(1):
        loaded = CategoryTree.load()
        assert loaded.path(tree["vitamins"].pk) == ("Аптека", "Витамины")
        assert loaded.kind(tree["vitamins"].pk) == "supplement"
        assert loaded.kind(tree["pain"].pk) == "medicine"
        assert loaded.nodes[tree["pain"].pk].synonyms == ("ağrı kesici", "парацетамол")
        assert loaded.leaf_ids == {tree[slug].pk for slug in ("pain", "vitamins", "dresses")}
        assert len(loaded.rows) == 5


def test_synonyms_that_are_no_list_of_words_are_ignored(db: None) -> None:
    odd = Category.objects.create(name="x", slug="x", synonyms={"a": 1})
    half = Category.objects.create(name="y", slug="y", synonyms=["слово", 5, None])
    loaded = CategoryTree.load()
    assert loaded.nodes[odd.pk].synonyms == ()
    assert loaded.nodes[half.pk].synonyms == ("слово",)
