"""What a person wrote or cleared in the shop by hand stays, until a person who saw it says otherwise."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from apps.ai.exceptions import VersionConflict
from apps.ai.models import AIProcessingLog, AppliedChange
from apps.ai.services.people import example_learning, moderation, replacing
from apps.ai.services.runs import pipeline
from apps.ai.services.runs.submission import submit
from apps.ai.tests.support.cards import TEXT, TITLE, waiting_card
from apps.ai.tests.support.scripted import ScriptedModel
from apps.products.models import Category, Product
from apps.products.tests.test_admin import change_url, form_of
from apps.users.models import User

pytestmark = pytest.mark.django_db
BY_HAND = {
    "title_ru": "Моё название",
    "description_ru": "<p>Моё.</p>",
    "seo_title": "Мой SEO",
    "seo_description": "Моё SEO-описание",
    "seo_keywords": '["моё"]',
}


@pytest.fixture
def card(product: Product, tree: dict[str, Category]) -> AIProcessingLog:
    return waiting_card(product, tree["pain"])


def save_by_hand(client: Client, product: Product, **changes: Any) -> None:
    url = change_url(product)
    assert client.post(url, form_of(client, url) | changes).status_code == 302


def texts() -> dict[str, Any]:
    names = ("title_ru", "description_ru", "seo_title", "seo_description", "seo_keywords")
    return dict(Product.objects.values(*names).get())


def test_approving_an_untouched_card_keeps_every_text_written_by_hand(
    admin_client: Client, card: AIProcessingLog, moderator: User, tree: dict[str, Category]
) -> None:
    save_by_hand(admin_client, card.product, **BY_HAND)
    moderation.approve(card, by=moderator)
    assert texts() == BY_HAND | {"seo_keywords": ["моё"]}
    assert Product.objects.get().category == tree["pain"]
    assert set(AppliedChange.objects.get().after) == {"category"}


@pytest.mark.parametrize("column", ["title_ru", "description_ru", "seo_title"])
def test_a_text_that_was_cleared_by_hand_stays_clear(
    admin_client: Client, card: AIProcessingLog, moderator: User, column: str
) -> None:
    Product.objects.update(**{column: "старое"})
    save_by_hand(admin_client, card.product, **{column: ""})
    moderation.approve(card, by=moderator)
    assert not texts()[column]


def test_a_machine_writes_no_field_that_a_person_wrote_or_cleared(
    admin_client: Client,
    product: Product,
    scripted: Callable[..., ScriptedModel],
    settings: Any,
) -> None:
    settings.AI_CONFIG = {
        **settings.AI_CONFIG,
        "AUTO_APPLY_THRESHOLD": 0.0,
        "FIELD_POLICY": {"title": "overwrite", "description": "overwrite", "seo_title": "overwrite"},
    }
    scripted()
    Product.objects.update(seo_title="старое")
    save_by_hand(admin_client, product, title_ru="Моё", seo_keywords='["моё"]', seo_title="")
    run = submit(product.pk, send=False).run
    pipeline.run(run.pk)
    run.refresh_from_db()
    assert run.status == "approved"
    stored = texts()
    assert (stored["title_ru"], stored["seo_title"], stored["seo_keywords"]) == ("Моё", None, ["моё"])
    assert stored["description_ru"] == run.generated_description


@pytest.mark.parametrize(
    ("column", "edit", "value"),
    [
        ("seo_title", {"generated_seo_title": "Правка в карточке"}, "Правка в карточке"),
        ("title_ru", {"generated_title": "Правка в карточке"}, "Правка в карточке"),
        ("seo_keywords", {"generated_keywords": ["правка"]}, ["правка"]),
    ],
)
@pytest.mark.parametrize("saved_first", [False, True])
def test_a_moderators_own_edit_is_never_dropped(
    admin_client: Client,
    card: AIProcessingLog,
    moderator: User,
    column: str,
    edit: dict[str, Any],
    value: Any,
    saved_first: bool,
) -> None:
    save_by_hand(admin_client, card.product, **BY_HAND)
    if saved_first:
        moderation.edit(card, edit, by=moderator)
        moderation.approve(card, by=moderator)
    else:
        moderation.approve(card, by=moderator, edits=edit)
    assert texts() == BY_HAND | {"seo_keywords": ["моё"]} | {column: value}


def test_an_edit_of_the_card_does_not_replace_a_later_text_by_hand(
    admin_client: Client, card: AIProcessingLog, moderator: User
) -> None:
    moderation.edit(card, {"generated_title": "Раньше"}, by=moderator)
    save_by_hand(admin_client, card.product, title_ru="Позже")
    moderation.approve(card, by=moderator)
    assert texts()["title_ru"] == "Позже"


def test_what_is_replaced_is_said_beforehand(
    admin_client: Client, admin_user: User, card: AIProcessingLog, moderator: User
) -> None:
    Product.objects.update(description_ru="<p>Из импорта.</p>")
    save_by_hand(admin_client, card.product, title_ru="Моё")
    plan = {one.field: one for one in replacing.plan(card).fields}
    title, description, keywords = plan["title"], plan["description"], plan["keywords"]
    assert (title.author, title.name, title.live, title.proposed) == ("person", str(admin_user), "Моё", TITLE)
    assert (title.is_protected, title.is_ticked, title.replaces) == (True, False, True)
    assert (description.author, description.is_ticked, description.replaces) == ("import", True, True)
    assert (keywords.author, keywords.is_ticked, keywords.replaces) == ("", True, False)
    moderation.approve(card, by=moderator)
    newer = waiting_card(card.product, card.suggested_category, generated_description="<p>Новое.</p>")  # type: ignore[arg-type]
    plan = {one.field: one for one in replacing.plan(newer).fields}
    written = plan["description"]
    assert (written.author, written.name, written.live) == ("machine", str(moderator), TEXT)
    assert written.at == AppliedChange.objects.get().applied_at


def test_only_what_is_ticked_is_written(
    admin_client: Client, card: AIProcessingLog, moderator: User, tree: dict[str, Category]
) -> None:
    save_by_hand(admin_client, card.product, title_ru="Моё")
    seen = replacing.plan(card).version
    moderation.approve(card, by=moderator, fields=["title", "keywords"], version=seen)
    stored = texts()
    assert (stored["title_ru"], stored["seo_keywords"]) == (TITLE, ["парацетамол"])
    assert (stored["description_ru"], Product.objects.get().category) == (None, None)
    card.refresh_from_db()
    assert card.suggested_category is None  # nobody confirmed it
    assert replacing.accepted_fields(card) == ("title", "keywords")


def test_a_tick_without_what_was_seen_replaces_no_text_written_by_hand(
    admin_client: Client, card: AIProcessingLog, moderator: User
) -> None:
    seen = replacing.plan(card).version
    save_by_hand(admin_client, card.product, title_ru="Моё")
    for version in (None, seen, seen.partition("-")[0]):
        with pytest.raises(VersionConflict) as refused:
            moderation.approve(card, by=moderator, fields=["title"], version=version)
        assert ["title"] in [change["fields"] for change in refused.value.changes]
    assert texts()["title_ru"] == "Моё"
    assert AIProcessingLog.objects.get().status == "moderation"


@pytest.mark.parametrize("fields", [["price"], ["seo_description"], []])
def test_a_tick_for_what_the_card_has_not_is_refused(
    card: AIProcessingLog, moderator: User, fields: list[str]
) -> None:
    with pytest.raises(ValidationError):
        moderation.approve(card, by=moderator, fields=fields)
    assert AIProcessingLog.objects.get().status == "moderation"


def test_a_field_that_a_moderator_empties_is_emptied(card: AIProcessingLog, moderator: User) -> None:
    Product.objects.update(seo_title="Старое", seo_keywords=["старое"])
    moderation.approve(card, by=moderator, edits={"generated_seo_title": "", "generated_keywords": []})
    assert (texts()["seo_title"], texts()["seo_keywords"]) == ("", [])


def test_a_category_chosen_by_hand_is_what_people_confirmed(
    admin_client: Client, card: AIProcessingLog, moderator: User, tree: dict[str, Category]
) -> None:
    save_by_hand(admin_client, card.product, category=tree["vitamins"].pk)
    moderation.approve(card, by=moderator)
    card.refresh_from_db()
    assert (card.suggested_category, Product.objects.get().category) == (tree["vitamins"],) * 2


def test_a_text_that_was_not_taken_teaches_nothing(
    admin_client: Client, card: AIProcessingLog, moderator: User
) -> None:
    long = f"<p>{'Подробное описание таблеток. ' * 20}</p>"
    AIProcessingLog.objects.update(generated_description=long)
    save_by_hand(admin_client, card.product, description_ru="<p>Моё.</p>")
    moderation.approve(card, by=moderator)
    assert example_learning.learn(card.pk) == []
