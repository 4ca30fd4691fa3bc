"""Settings of the second host's tests: its own project, which takes only the AI app's settings from this repository."""

from config.settings.test import *  # noqa: F403
from config.settings.test import AI_CONFIG, DATABASES, MIDDLEWARE

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
TIME_ZONE = "Europe/Istanbul"
DATABASES["default"]["ATOMIC_REQUESTS"] = True
MIDDLEWARE = [*MIDDLEWARE, "django.contrib.auth.middleware.LoginRequiredMiddleware"]

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
#: None of these defaults may show in the AI app's API.
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["second_host.house_api.GatewayAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.DjangoModelPermissions"],
    "DEFAULT_RENDERER_CLASSES": ["second_host.house_api.EnvelopeRenderer"],
    "DEFAULT_PAGINATION_CLASS": "second_host.house_api.Sevens",
    "DEFAULT_VERSIONING_CLASS": "rest_framework.versioning.NamespaceVersioning",
    "ALLOWED_VERSIONS": ["v1", "v2"],
    "DEFAULT_THROTTLE_RATES": {},
    "EXCEPTION_HANDLER": "second_host.house_api.said",
}
