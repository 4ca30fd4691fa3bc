"""A proper name of the source may be spelt in Russian letters; a common word of Turkish may not."""

from __future__ import annotations

import pytest

from apps.ai.text.language import transliterated

SOURCE = (
    "Nemlendirici Krem Papatya. Fabrika Denizli'de kuruldu. Küçük ayı Boncuk ve kızı Papatya uyanır. "
    "Çizer Bay Çelik, sonra Yıldız'ın yolu. Günde iki kez tablet alınır, her Tablet 5 mg."
)


@pytest.mark.parametrize(
    "word", ["Денизли", "Бонджук", "Бонджука", "Бонджуком", "Йылдыз", "Йылдыза", "Папатья"]
)
def test_a_name_of_the_source_is_a_name(word: str) -> None:
    assert transliterated.is_name_of(word, transliterated.names(SOURCE))


@pytest.mark.parametrize(
    "word", ["денизли", "бонджук", "Немлендириджи", "Таблетлер", "Кырмызы", "Таблет", "Челебек"]
)
def test_a_common_word_is_none(word: str) -> None:
    assert not transliterated.is_name_of(word, transliterated.names(SOURCE))


def test_a_source_without_names_allows_none() -> None:
    assert not transliterated.is_name_of("Денизли", transliterated.names("deniz kenarı, nemlendirici krem"))
