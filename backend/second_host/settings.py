"""Settings of the second host's tests: its own project, which takes only the AI app's settings from this repository."""

from config.settings.test import *  # noqa: F403
from config.settings.test import AI_CONFIG

INSTALLED_APPS = [
    "unfold",
    "unfold.contrib.filters",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "rest_framework",
    "django_filters",
    "second_host.members",
    "second_host.shelves",
    "second_host.warehouse",
    "apps.ai",
]
ROOT_URLCONF = "second_host.urls"
AUTH_USER_MODEL = "members.Member"
LANGUAGE_CODE = "en"

AI_PRODUCT_MODEL = "warehouse.Item"
AI_CATEGORY_MODEL = "shelves.Shelf"
AI_CONFIG = {
    **AI_CONFIG,
    "CATALOG": "second_host.warehouse.ai_catalog.WarehouseCatalog",
    # What this repository's shop adds by its other apps.
    "SOURCE_POLICY": "",
    "EXAMINATIONS": [],
    "COLLECTORS": [],
}
# Its admin has neither this shop's menu nor its switch of languages.
UNFOLD: dict[str, object] = {}
