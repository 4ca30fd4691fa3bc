"""Attacks in every field of a model's answer leave nothing executable in what is stored, edited or applied.

Judged by html5lib, which parses as browsers do and shares nothing with the cleaner.
"""

from __future__ import annotations

from typing import Any

import html5lib
import pytest

from apps.ai.models import AIProcessingLog
from apps.ai.schemas import DraftAnswer
from apps.ai.services.content_generator import ContentGenerator, completed
from apps.ai.services.people import card_edits, moderation
from apps.ai.services.runs import applying, pipeline
from apps.ai.services.runs.submission import submit
from apps.ai.tests.support.scripted import ScriptedModel
from apps.ai.tests.text.data import naughty_strings, needs_data, xss_lines
from apps.ai.types import Answer, CategoryChoice, Draft, FreeMeter, ImageFindings, ProductSnapshot, Usage
from apps.products.models import Category, Product
from apps.users.models import User

ALLOWED = set("p br ul ol li strong b em i h3 h4 table thead tbody tr th td".split())
PRODUCT = ProductSnapshot(1, "Парацетамол 500 мг, 20 таблеток", "Таблетки от боли.", brand="Atabay")
CHOICE = CategoryChoice(1, ("Аптека", "Лекарства"), "medicine", 1.0, ())
#: Ours, for those who have no data folder.
PAYLOADS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<a href='java\tscript:alert(1)'>x</a>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&amp;lt;img src=x onerror=alert(1)&amp;gt;",
    "<<script>script>alert(1)<</script>/script>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    "<p style='background:url(javascript:alert(1))'>x</p>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    '"><body onload=alert(1)>',
    "<!--><img src=x onerror=alert(1)>-->",
    "<xmp><p title='</xmp><img src=x onerror=alert(1)>'>",
    "<b/onclick=alert(1)>x",
    "\u202e<scr\u200bipt>alert(1)</script>\ud800\x00",
)
_tree = html5lib.getTreeBuilder("etree")


def elements(markup: str) -> list[Any]:
    """The elements that a browser would make of a fragment."""
    fragment = html5lib.HTMLParser(tree=_tree, namespaceHTMLElements=False).parseFragment(markup)
    return [node for node in fragment.iter() if node is not fragment]


def faults(values: dict[str, Any]) -> list[str]:
    """What could run, or is no allowed tag, in a card's values: only the description may hold tags at all."""
    found = []
    for name, value in values.items():
        for text in _strings(value):
            for node in elements(text):
                bare = isinstance(node.tag, str) and node.tag in ALLOWED and not node.attrib
                if not bare or name != "description":
                    found.append(f"{name}: {node.tag} {node.attrib} in {text[:200]!r}")
    return found


def _strings(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for pair in value.items() for item in pair for text in _strings(item)]
    if isinstance(value, list | tuple):
        return [text for item in value for text in _strings(item)]
    return [value] if isinstance(value, str) else []


def answer(text: str) -> DraftAnswer:
    """An answer with `text` in every field."""
    return DraftAnswer(
        title=text,
        description=text,
        seo_title=text,
        seo_description=text,
        keywords=[text],
        key_benefits=[text],
        untranslated=[text],
    )


def stored(text: str) -> Draft:
    """What the draft stage makes of an answer with `text` in every field."""
    model = ScriptedModel(script={"draft": lambda _: answer(text)}, inner=_Silent())  # type: ignore[arg-type]
    generator = ContentGenerator(model, "PharmaTurk", "спокойный")
    asked = generator.facts(PRODUCT, CHOICE, ImageFindings(), language="ru")
    return completed(generator.write(asked, meter=FreeMeter()), asked)


class _Silent:
    """Stands where the offline engine would write what the script replaces."""

    def ask(self, question: Any, *, meter: Any) -> Any:
        return Answer(None, "", Usage(), {})


def fields(draft: Draft) -> dict[str, Any]:
    return {
        "title": draft.title,
        "description": draft.description,
        "seo_title": draft.seo_title,
        "seo_description": draft.seo_description,
        "keywords": draft.keywords,
        "key_benefits": draft.key_benefits,
        "untranslated": draft.untranslated,
    }


def applied(text: str) -> dict[str, Any]:
    """What an apply would write when a row held `text` in every field, whoever wrote it there."""
    run = AIProcessingLog(
        processing_type="full",
        generated_title=text,
        generated_description=text,
        generated_seo_title=text,
        generated_seo_description=text,
        generated_keywords=[text],
        extracted_attributes={text: text},
    )
    return applying.proposed_values(run)


def edited(text: str) -> dict[str, Any]:
    """What a moderator's edit of every field is stored as."""
    names = [name for name in moderation.EDITABLE_FIELDS if name != "suggested_category"]
    values: dict[str, Any] = dict.fromkeys(names, text)
    values |= {"generated_keywords": [text], "extracted_attributes": {text: text}}
    cleaned = {name: card_edits.cleaned(name, value) for name, value in values.items()}
    return {name.removeprefix("generated_"): value for name, value in cleaned.items()}


def harmless(text: str) -> list[str]:
    """The faults of a text on each of its ways."""
    return [*faults(fields(stored(text))), *faults(applied(text)), *faults(edited(text))]


@pytest.mark.parametrize("payload", PAYLOADS, ids=range(len(PAYLOADS)))
def test_our_payloads_do_nothing(payload: str) -> None:
    assert harmless(payload) == []
    assert harmless(f"<p>Крем {payload}</p> 50 мл") == []


def test_the_judge_sees_what_runs() -> None:
    assert faults({"title": "<b>x</b>"}) != []
    assert faults({"description": "<p onclick='x()'>x</p>"}) != []
    assert faults({"description": "<p>x</p><img src=x>"}) != []
    assert faults({"description": "<p>x<br></p>", "title": "5 < 6 & 7"}) == []


@needs_data
def test_no_line_of_the_collections_runs() -> None:
    """Every line alone in the first way; the two others see the same text cleaned by the same functions, in tens."""
    lines = xss_lines() + naughty_strings()
    assert len(lines) > 7_000
    found = [fault for line in lines for fault in faults(fields(stored(line)))]
    joined = [" ".join(lines[start : start + 10]) for start in range(0, len(lines), 10)]
    found += [fault for text in joined for fault in (*faults(applied(text)), *faults(edited(text)))]
    assert found == []


@pytest.mark.django_db
def test_through_the_database_into_the_shop(
    scripted: Any, shop: dict[str, Category], settings: Any, product: Product, moderator: User
) -> None:
    """A whole run, a moderator's edit, an apply: parsed as they stand in the tables."""
    settings.AI_CONFIG = {**settings.AI_CONFIG, "AUTO_APPLY_THRESHOLD": 0.0}
    attack = " ".join(PAYLOADS)
    scripted(draft=lambda _: answer(attack), repair=lambda _: answer(attack))
    run = submit(product.pk, send=False).run
    pipeline.run(run.pk)
    run.refresh_from_db()
    assert run.status == "moderation"
    assert faults({"description": run.generated_description, "title": run.generated_title}) == []
    edits = {
        "generated_description": attack,
        "generated_title": attack[:200],
        "extracted_attributes": {attack: attack},
    }
    moderation.approve(run, by=moderator, edits=edits)
    product.refresh_from_db()
    values = {
        "title": product.title_ru,
        "description": product.description_ru,
        "seo_title": product.seo_title,
        "seo_description": product.seo_description,
    }
    assert product.description_ru
    assert faults(values) == []
