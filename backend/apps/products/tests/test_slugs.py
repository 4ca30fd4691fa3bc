from __future__ import annotations

import pytest

from apps.products.services.slugs import hashed_slug, short_hash, transliterated_slug


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Обезболивающие таблетки и капсулы", "obezbolivayushchie-tabletki-i-kapsuly"),
        ("Щётка ёлочная", "shchyotka-yolochnaya"),
        ("Kırmızı İpek Eşarp", "kirmizi-ipek-esarp"),
        ("Крем №5, 50 мл", "krem-no5-50-ml"),
        ("日本", ""),
        ("  --  ", ""),
    ],
)
def test_names_become_ascii(text: str, slug: str) -> None:
    assert transliterated_slug(text, max_length=50) == slug


def test_a_long_name_is_cut_between_words() -> None:
    assert transliterated_slug("Витамины для детей", max_length=12) == "vitaminy-dlya"[:8]
    assert transliterated_slug("Витамины для детей", max_length=13) == "vitaminy-dlya"
    assert transliterated_slug("а" * 300, max_length=20) == "a" * 20


def test_the_hash_tells_equal_names_apart() -> None:
    first = hashed_slug("Крем", key="supplier:1", max_length=100)
    second = hashed_slug("Крем", key="supplier:2", max_length=100)
    assert first == f"krem-{short_hash('supplier:1')}"
    assert first != second
    assert hashed_slug("", key="supplier:1", max_length=100) == short_hash("supplier:1")
    assert len(hashed_slug("слово " * 100, key="k", max_length=100)) <= 100
