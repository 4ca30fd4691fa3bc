"""An Oscar sandbox as its documentation sets it up, and what the AI app needs of any host."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from oscar.defaults import *  # noqa: F403 - Oscar's own way

HERE = Path(__file__).resolve().parents[1]
# The sandbox keeps everything in one folder, unless DATABASE_URL and REDIS_URL name servers.
os.environ.setdefault("LOCAL_STATE_DIR", str(HERE / ".state"))
os.environ.setdefault("ENV_FILE", os.devnull)

# Celery, Qdrant, media and the AI app's own settings: `scripts/plug-in` lists them for a project of your own.
from config.settings.base import *  # noqa: E402, F403
from config.settings.base import AI_CONFIG as _DEFAULTS  # noqa: E402

INSTALLED_APPS = [
    "unfold",
    "unfold.contrib.filters",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.sites",
    "django.contrib.flatpages",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "oscar.config.Shop",
    "oscar.apps.analytics.apps.AnalyticsConfig",
    "oscar.apps.checkout.apps.CheckoutConfig",
    "oscar.apps.address.apps.AddressConfig",
    "oscar.apps.shipping.apps.ShippingConfig",
    "oscar.apps.catalogue.apps.CatalogueConfig",
    "oscar.apps.catalogue.reviews.apps.CatalogueReviewsConfig",
    "oscar.apps.communication.apps.CommunicationConfig",
    "oscar.apps.partner.apps.PartnerConfig",
    "oscar.apps.basket.apps.BasketConfig",
    "oscar.apps.payment.apps.PaymentConfig",
    "oscar.apps.offer.apps.OfferConfig",
    "oscar.apps.order.apps.OrderConfig",
    "oscar.apps.customer.apps.CustomerConfig",
    "oscar.apps.search.apps.SearchConfig",
    "oscar.apps.voucher.apps.VoucherConfig",
    "oscar.apps.wishlists.apps.WishlistsConfig",
    "oscar.apps.dashboard.apps.DashboardConfig",
    "oscar.apps.dashboard.reports.apps.ReportsDashboardConfig",
    "oscar.apps.dashboard.users.apps.UsersDashboardConfig",
    "oscar.apps.dashboard.orders.apps.OrdersDashboardConfig",
    "oscar.apps.dashboard.catalogue.apps.CatalogueDashboardConfig",
    "oscar.apps.dashboard.offers.apps.OffersDashboardConfig",
    "oscar.apps.dashboard.partners.apps.PartnersDashboardConfig",
    "oscar.apps.dashboard.pages.apps.PagesDashboardConfig",
    "oscar.apps.dashboard.ranges.apps.RangesDashboardConfig",
    "oscar.apps.dashboard.reviews.apps.ReviewsDashboardConfig",
    "oscar.apps.dashboard.vouchers.apps.VouchersDashboardConfig",
    "oscar.apps.dashboard.communications.apps.CommunicationsDashboardConfig",
    "oscar.apps.dashboard.shipping.apps.ShippingDashboardConfig",
    "widget_tweaks",
    "haystack",
    "treebeard",
    "django_tables2",
    "easy_thumbnails",
    "supply",
    "apps.ai",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "oscar.apps.basket.middleware.BasketMiddleware",
]
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "oscar.apps.search.context_processors.search_form",
                "oscar.apps.checkout.context_processors.checkout",
                "oscar.apps.communication.notifications.context_processors.notifications",
                "oscar.core.context_processors.metadata",
            ],
        },
    },
]
AUTHENTICATION_BACKENDS = [
    "oscar.apps.customer.auth_backends.EmailBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_USER_MODEL = "auth.User"
SITE_ID = 1
ROOT_URLCONF = "oscar_shop.urls"
WSGI_APPLICATION = None
HAYSTACK_CONNECTIONS = {"default": {"ENGINE": "haystack.backends.simple_backend.SimpleEngine"}}
OSCAR_THUMBNAILER = "oscar.core.thumbnails.EasyThumbnails"
OSCAR_SHOP_NAME = "Аптечный базар"
OSCAR_DEFAULT_CURRENCY = "RUB"

DATABASES["default"]["TEST"] = {"NAME": "test_oscar"}  # noqa: F405 - beside the tests of other shops on the same server

# --- What plugs the AI app in -------------------------------------------------------------------------------

AI_PRODUCT_MODEL = "catalogue.Product"
AI_CATEGORY_MODEL = "catalogue.Category"
AI_CONFIG = {
    **_DEFAULTS,
    "CATALOG": "supply.ai_catalog.OscarCatalog",
    "SHOP_NAME": OSCAR_SHOP_NAME,
    # What the other apps of the shop that the defaults come from would add.
    "SOURCE_POLICY": "",
    "EXAMINATIONS": [],
    "COLLECTORS": [],
}
