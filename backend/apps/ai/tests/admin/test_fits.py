"""The page of fits: what is safe to decide without a person, in words, for those who moderate."""

from __future__ import annotations

from django.test import Client
from django.urls import reverse

from apps.ai.models import AICategoryFit
from apps.ai.services.fitting.model import NEVER
from apps.products.models import Category
from apps.users.models import User


def test_a_fit_is_shown_with_its_thresholds_and_bins(moderator: User, tree: dict[str, Category]) -> None:
    pharmacy, clothes = tree["pharmacy"], tree["clothes"]
    branches = {str(pharmacy.pk): 0.93, str(clothes.pk): NEVER}
    fit = AICategoryFit.objects.create(
        format=1,
        embedding_model="offline-hash-1",
        target_precision=0.98,
        confirmed=5787,
        decided=12,
        tested=2000,
        weights={},
        calibrations={
            "neighbours": {"bias": 0, "own": 1, "lead": 1, "threshold": 0.957, "branches": branches}
        },
        reliability={
            "neighbours": {
                "products": 2000,
                "accuracy": 0.886,
                "calibration_error": 0.018,
                "brier": 0.07,
                "bins": [[0.9, 800, 0.962, 0.97], [0.5, 0, 0.0, 0.0]],
            }
        },
        classifier=b"",
    )
    client = Client()
    client.force_login(moderator)
    listed = client.get(reverse("admin:ai_aicategoryfit_changelist")).content.decode()
    assert "0.957" in listed
    assert "88.6%" in listed
    page = client.get(reverse("admin:ai_aicategoryfit_change", args=[fit.pk])).content.decode()
    assert "0.930" in page
    assert "нет: решает человек" in page
    assert pharmacy.name in page
    assert "97.0%" in page
    assert "0.500" not in page  # an empty bin says nothing


def test_strangers_do_not_see_it(db: None) -> None:
    client = Client()
    client.force_login(User.objects.create_user("other", password="secret-word", is_staff=True))
    assert client.get(reverse("admin:ai_aicategoryfit_changelist")).status_code == 403
