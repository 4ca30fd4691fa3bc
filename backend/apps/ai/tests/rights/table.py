"""Who may do what, written by hand: the test walks every URL of the project and compares.

A letter a role: N nobody logged in, C customer, S staff without rights, M moderator, O owner, A administrator.
A new model's pages in the admin, or a new URL, need one line here; without it the test fails.
"""

from __future__ import annotations

from typing import NamedTuple

EVERYBODY = "NCSMOA"
STAFF = "SMOA"
#: Nobody decides here who comes in: it is the page's own business, or there is nothing to see.
NOBODY = ""


class Pages(NamedTuple):
    """Of one model's pages in the admin: who sees rows, makes them, changes them, deletes them."""

    view: str
    add: str = NOBODY
    change: str = NOBODY
    delete: str = NOBODY


class Url(NamedTuple):
    """Who gets an answer to GET, and to POST; 404, 405 or a complaint about the body are answers, too."""

    get: str
    post: str


MODELS: dict[str, Pages] = {
    "users_user": Pages("A", "A", "A", "A"),
    "auth_group": Pages("A", "A", "A", "A"),
    "products_category": Pages("MOA", "OA", "OA", "A"),
    "products_brand": Pages("MOA", "OA", "OA", "A"),
    "products_supplier": Pages("MOA", "OA", "OA", "A"),
    "products_product": Pages("MOA", "OA", "OA", "A"),
    "parsers_suppliermapping": Pages("OA", "OA", "OA", "A"),
    "parsers_parserrun": Pages("OA"),
    "parsers_parsersource": Pages("OA", "OA", "OA", "A"),
    "products_retiredcode": Pages("A", delete="A"),
    "ai_aiapitoken": Pages("OA", "OA"),
    "ai_aiaudit": Pages("MOA"),
    "ai_appliedchange": Pages("MOA", change="MOA"),
    "ai_aicategoryfit": Pages("MOA"),
    "ai_aimassrun": Pages("MOA", change="MOA"),
    "ai_aiprice": Pages("OA", "OA", "OA", "A"),
    "ai_aicall": Pages("OA"),
    "ai_aibudgetperiod": Pages("OA"),
    "ai_servicepause": Pages("OA", change="OA"),
    "ai_trouble": Pages("OA"),
    "ai_aimoderationqueue": Pages("MOA", change="MOA"),
    "ai_aiprocessinglog": Pages("MOA", change="MOA"),
    "ai_aitaxonomyreport": Pages("MOA"),
    "ai_aihouserules": Pages("OA", "OA", "OA", "OA"),
    "ai_aitrial": Pages("OA"),
    "ai_aiwebhook": Pages("OA", "OA", "OA", "OA"),
    "ai_aiwebhookdelivery": Pages("OA"),
    "ai_aitemplate": Pages("MOA", "OA", "OA", "OA"),
    "ai_aieditmeasure": Pages("OA"),
    "ai_aileafletsection": Pages("OA", delete="A"),
    "ai_storedpicture": Pages("MOA", change="OA"),
}

URLS: dict[str, Url] = {
    "/": Url(EVERYBODY, EVERYBODY),
    "/i18n/setlang/": Url(EVERYBODY, EVERYBODY),
    # The admin's frame
    "/admin/": Url(STAFF, STAFF),
    "/admin/search/": Url(STAFF, STAFF),
    "/admin/login/": Url(EVERYBODY, EVERYBODY),
    "/admin/logout/": Url(EVERYBODY, EVERYBODY),
    "/admin/password_change/": Url(STAFF, STAFF),
    "/admin/password_change/done/": Url(STAFF, STAFF),
    "/admin/autocomplete/": Url(NOBODY, STAFF),  # refuses whoever names no field
    "/admin/jsi18n/": Url(STAFF, STAFF),
    "/admin/r/<content_type_id>/<object_id>/": Url(STAFF, STAFF),
    "/admin/<app_label>/": Url(STAFF, STAFF),
    "/admin/<url>": Url(STAFF, STAFF),
    "/admin/users/user/<id>/password/": Url("A", "A"),
    # The AI app's own pages in it
    "/admin/ai/aihouserules/<object_id>/try/": Url("OA", "OA"),
    "/admin/ai/aimassrun/queue/": Url(STAFF, "MOA"),
    "/admin/ai/aimoderationqueue/bulk/": Url("MOA", "MOA"),
    "/admin/ai/aimoderationqueue/bulk/<pk>/": Url("MOA", "OA"),
    "/admin/ai/aimoderationqueue/bulk/<pk>/live/": Url("MOA", "MOA"),
    "/admin/ai/aimoderationqueue/charts/": Url("MOA", "MOA"),
    "/admin/ai/aimoderationqueue/live/": Url("MOA", "MOA"),
    "/admin/ai/aiprocessinglog/history/<product_id>/": Url("MOA", STAFF),
    "/admin/ai/aiprocessinglog/review/": Url("MOA", STAFF),
    "/admin/ai/aiprocessinglog/review/categories/": Url("MOA", STAFF),
    "/admin/ai/aiprocessinglog/review/next/": Url(STAFF, "MOA"),
    "/admin/ai/aiprocessinglog/review/<run_id>/": Url("MOA", STAFF),
    "/admin/ai/aiprocessinglog/review/<run_id>/again/": Url(STAFF, "MOA"),
    "/admin/ai/aiprocessinglog/review/<run_id>/approve/": Url(STAFF, "MOA"),
    "/admin/ai/aiprocessinglog/review/<run_id>/card/": Url("MOA", STAFF),
    "/admin/ai/aiprocessinglog/review/<run_id>/check/": Url(STAFF, "MOA"),
    "/admin/ai/aiprocessinglog/review/<run_id>/overrule/": Url(STAFF, "MOA"),
    "/admin/ai/aiprocessinglog/review/<run_id>/pictures/": Url(STAFF, "MOA"),
    "/admin/ai/aiprocessinglog/review/<run_id>/reject/": Url(STAFF, "MOA"),
    "/admin/ai/aiprocessinglog/review/<run_id>/release/": Url(STAFF, "MOA"),
    "/admin/ai/aiprocessinglog/review/<run_id>/rollback/": Url(STAFF, "MOA"),
    "/admin/ai/aiprocessinglog/review/<run_id>/save/": Url(STAFF, "MOA"),
    "/admin/ai/aiprocessinglog/review/<run_id>/take/": Url(STAFF, "MOA"),
    "/admin/ai/aiprocessinglog/review/<run_id>/undo/": Url(STAFF, "MOA"),
    "/admin/ai/aiprocessinglog/categories/": Url("MOA", "MOA"),
    "/admin/ai/trouble/doctor/": Url("OA", "OA"),
    "/admin/ai/aitaxonomyreport/make/": Url(STAFF, "MOA"),
    # For monitoring: it shows a token, nobody here does
    "/health/live": Url(EVERYBODY, EVERYBODY),
    "/health/web": Url(EVERYBODY, EVERYBODY),
    "/health/ready": Url(EVERYBODY, EVERYBODY),
    "/metrics": Url(NOBODY, EVERYBODY),
    # Imports
    "/admin/parsers/parserrun/start/": Url("OA", "OA"),
    "/admin/parsers/parserrun/start_link/": Url("OA", "OA"),
    "/admin/parsers/parserrun/<run_id>/columns/": Url("OA", "OA"),
    "/admin/parsers/parserrun/<run_id>/progress/": Url("OA", "OA"),
    "/admin/parsers/parserrun/<run_id>/step/": Url(STAFF, "OA"),
    "/admin/parsers/parserrun/<run_id>/table.csv": Url("OA", "OA"),
    "/admin/parsers/parsersource/<object_id>/start/": Url("OA", "OA"),
    # The API
    "/api/ai/": Url(STAFF, STAFF),
    "/api/ai/logs/": Url("MOA", "MOA"),
    "/api/ai/logs/<pk>/": Url("MOA", "MOA"),
    "/api/ai/logs/<pk>/approve/": Url("MOA", "MOA"),
    "/api/ai/logs/<pk>/reject/": Url("MOA", "MOA"),
    "/api/ai/logs/<pk>/reprocess/": Url("MOA", "MOA"),
    "/api/ai/logs/<pk>/rollback/": Url("MOA", "MOA"),
    "/api/ai/moderation/": Url("MOA", "MOA"),
    "/api/ai/moderation/<pk>/": Url("MOA", "MOA"),
    "/api/ai/moderation/<pk>/assign/": Url("MOA", "MOA"),
    "/api/ai/moderation/<pk>/release/": Url("MOA", "MOA"),
    "/api/ai/moderation/<pk>/resolve/": Url("MOA", "MOA"),
    "/api/ai/templates/": Url("MOA", "OA"),
    "/api/ai/templates/<pk>/": Url("MOA", "OA"),
    "/api/ai/stats/": Url("MOA", "MOA"),
    "/api/ai/process/<product_id>/": Url("MOA", "MOA"),
    "/api/ai/products/<product_id>/history/": Url("MOA", "MOA"),
    "/api/ai/preview/<product_id>/": Url("OA", "OA"),
    "/api/ai/trials/": Url("OA", "OA"),
    "/api/ai/trials/<pk>/": Url("OA", "OA"),
    "/api/ai/bulk/": Url("MOA", "MOA"),
    "/api/ai/bulk/<pk>/": Url("MOA", "MOA"),
    "/api/ai/bulk/<pk>/confirm/": Url("MOA", "MOA"),
    "/api/ai/bulk/<pk>/cancel/": Url("MOA", "MOA"),
    "/api/ai/.*/": Url(STAFF, STAFF),  # addresses that it does not have
    "/api/schema/": Url(STAFF, STAFF),
    "/api/docs/": Url(STAFF, STAFF),
}
