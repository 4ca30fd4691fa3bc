"""The catalogues hold every text of the code and nothing else, in both languages, compiled as they stand."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests_ops import messages

PLACES = re.compile(r"%\(\w+\)[a-z]|%[sd]|\{\w*[^{}]*\}")
CURE = "run scripts/messages.sh, and translate what is empty in locale/en"


@pytest.mark.parametrize("language", messages.LANGUAGES)
@pytest.mark.parametrize("app", messages.APPS)
def test_no_text_is_missing_stale_or_without_translation(app: str, language: str) -> None:
    known, found = messages.catalogue(app, language), messages.sources(app)
    entries = {entry.id: entry for entry in known if entry.id}
    own = {key for key, entry in entries.items() if messages.PACKAGES not in entry.auto_comments}
    assert sorted(map(str, set(found) - set(entries))) == [], CURE
    assert sorted(map(str, own - set(found))) == [], CURE
    assert [key for key, entry in entries.items() if messages.is_empty(entry.string) or entry.fuzzy] == [], (
        CURE
    )
    compiled = (messages.folder(app, language) / "django.mo").read_bytes()
    assert compiled == messages.compiled(known), CURE


@pytest.mark.parametrize("app", messages.APPS)
def test_a_translation_keeps_the_places_of_its_source(app: str) -> None:
    for entry in messages.catalogue(app, "en"):
        if isinstance(entry.id, str) and entry.id:
            assert sorted(PLACES.findall(entry.id)) == sorted(PLACES.findall(str(entry.string))), entry.id
            assert not re.search("[а-яА-ЯёЁ]", str(entry.string)), entry.id


def test_texts_are_found_in_code_and_templates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(messages, "BACKEND", tmp_path)
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "code.py").write_text(
        'x = _("Один " "два")\ny = gettext_lazy("Три")\nz = ngettext("%d год", "%d лет", 2)\nw = other("Нет")\n'
    )
    (tmp_path / "app" / "page.html").write_text(
        '{% load i18n %}{% translate "Пять %" %}{% blocktranslate with n=1 %}Шесть {{ n }}{% endblocktranslate %}'
        '{% component "x" with title=_("Семь") %}{% endcomponent %}'
    )
    assert set(messages.sources("app")) == {
        "Один два",
        "Три",
        ("%d год", "%d лет"),
        "Пять %%",
        "Шесть %(n)s",
        "Семь",
    }
