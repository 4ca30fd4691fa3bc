"""Builds the doors that the settings name, one of each a process.

What is built is imported where it is built: the pages of the desk and most commands need none of it, and numpy,
Pillow and the classifier take half a second.
"""

from __future__ import annotations

import atexit
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, TypeVar

from django.core.exceptions import ImproperlyConfigured
from django.core.signals import setting_changed
from django.utils.module_loading import import_string

from apps.ai import catalog, conf

if TYPE_CHECKING:
    from apps.ai.services.categorizer import AttributeRules, AutoCategorizer
    from apps.ai.services.category.index import CategoryIndex
    from apps.ai.services.content_generator import ContentGenerator
    from apps.ai.services.fitting.model import CategoryFit
    from apps.ai.services.image_analyzer import ImageAnalyzer, VisionPlan
    from apps.ai.services.media_processor import R2MediaProcessor
    from apps.ai.services.vector_store import QdrantManager
    from apps.ai.types import CategoryChoice, LanguageModel, Mode, ProductSnapshot

T = TypeVar("T")
#: Pictures of so many products are fetched ahead at once.
FETCHERS = 8
_built: dict[str, Any] = {}
_lock = threading.RLock()


def _once(name: str, build: Callable[[], T]) -> T:
    with _lock:
        if name not in _built:
            _built[name] = build()
        built: T = _built[name]
        return built


def language_model() -> LanguageModel:
    """The model's door. Raises ImproperlyConfigured for an unknown engine."""
    return _once("language_model", _build_language_model)


def _build_language_model() -> LanguageModel:
    from apps.ai.services.llm_client import LLMClient

    settings = conf.get()
    if settings.engine == "openai":
        return LLMClient(settings)
    if settings.engine not in settings.engines:
        known = ", ".join(sorted(["openai", *settings.engines]))
        raise ImproperlyConfigured(f"AI_ENGINE must be one of {known}, not {settings.engine!r}.")
    return engine(settings.engine)


def engine(name: str, *, dimensions: int | None = None) -> LanguageModel:
    """The embedded engine of that name in AI_CONFIG["ENGINES"]. `dimensions`: of its vectors, by default the shop's.

    Raises ImproperlyConfigured when the settings name none.
    """
    settings = conf.get()
    if name not in settings.engines:
        raise ImproperlyConfigured(f"AI_CONFIG['ENGINES'] names no engine {name!r}.")
    built: LanguageModel = import_string(settings.engines[name])(
        dimensions=dimensions or settings.embedding_dimensions
    )
    return built


def attribute_rules() -> AttributeRules:
    """Those that AI_CONFIG["ATTRIBUTE_RULES"] names."""
    from apps.ai.services.categorizer import no_rules

    path = conf.get().attribute_rules
    rules: AttributeRules = import_string(path) if path else no_rules
    return rules


def vector_store() -> QdrantManager:
    return _once("vector_store", _build_vector_store)


def _build_vector_store() -> QdrantManager:
    from apps.ai.services.vector_store import QdrantManager

    model = language_model()
    return QdrantManager(conf.get().qdrant, dimensions=model.dimensions, model=model.embedding_model)


def category_index() -> CategoryIndex:
    """The tree as the categorizer sees it; built anew when the catalogue's tree changed."""
    from apps.ai.services.category.index import CategoryIndex

    nodes = catalog.get().categories()
    with _lock:
        known, index = _built.get("category_index", (None, None))
        if known is not nodes:
            index = CategoryIndex(nodes)
            _built["category_index"] = (nodes, index)
        built: CategoryIndex = index
        return built


def category_fit() -> CategoryFit:
    """What was fitted on the shop's confirmed products with its embedding model."""
    from apps.ai.services.fitting import store

    return store.current(language_model().embedding_model)


def threshold(choice: CategoryChoice | None) -> float:
    """From which confidence on the choice may be applied without a person; above 1 when none is safe.

    AI_AUTO_APPLY_THRESHOLD, when the shop sets it, in place of what was measured.
    """
    from apps.ai.services.fitting.model import NEVER

    fixed = conf.get().auto_apply_threshold
    if fixed is not None:
        return fixed
    node = None if choice is None else category_index().nodes.get(choice.category_id or 0)
    if choice is None or node is None:
        return NEVER
    return category_fit().threshold(node, method=choice.method)


def categorizer(llm: LanguageModel) -> AutoCategorizer:
    from apps.ai.services.categorizer import AutoCategorizer

    return AutoCategorizer(llm, vector_store(), category_index(), category_fit(), attribute_rules())


def content_generator(llm: LanguageModel) -> ContentGenerator:
    from apps.ai.services.content_generator import ContentGenerator

    settings = conf.get()
    return ContentGenerator(llm, shop_name=settings.shop_name, shop_tone=settings.shop_tone)


def _build_media_processor() -> R2MediaProcessor:
    """What is in our own storage already is read from there."""
    from apps.ai.services.keeping import wanting
    from apps.ai.services.media_processor import default_media_processor

    return default_media_processor(wanting.copy_of)


def image_analyzer(llm: LanguageModel, plan: VisionPlan | None = None) -> ImageAnalyzer:
    """`plan`: by default nothing is asked."""
    from apps.ai.services.gallery.answers import KeptAnswers
    from apps.ai.services.image_analyzer import ImageAnalyzer, VisionPlan

    media = _once("media_processor", _build_media_processor)
    return ImageAnalyzer(llm, media, plan or VisionPlan(), KeptAnswers())


def vision_plan(llm: LanguageModel, product: ProductSnapshot, mode: Mode) -> VisionPlan:
    """Whether to ask about the product's pictures, and how. An engine of our own costs nothing and is always asked."""
    from apps.ai.services.image_analyzer import VisionPlan
    from apps.ai.services.pictures import asking

    values = conf.get()
    node = category_index().nodes.get(product.category_id or 0)
    kind = node.kind if node else ""
    rule = asking.rule_of(kind, values.vision)
    if rule is not asking.Look.NEVER and (values.in_process or mode == "image_analysis"):
        rule = asking.Look.ALWAYS
    return VisionPlan(
        kind=kind,
        reason=asking.reason(product, kind, rule),
        side=values.vision_pixels,
        on_one_sheet=values.vision_sheet,
        detail=values.image_detail,
        model=llm.model if values.in_process else values.vision_model,
    )


def fetchers() -> ThreadPoolExecutor:
    """Threads that fetch pictures of runs that are about to begin. Their work touches no database."""
    return _once("fetchers", lambda: ThreadPoolExecutor(FETCHERS, thread_name_prefix="ai-pictures"))


def forget() -> None:
    """Build everything anew at the next use: settings or the category tree changed."""
    with _lock:
        store, threads = _built.get("vector_store"), _built.get("fetchers")
        _built.clear()
    if store is not None:
        store.close()
    if threads is not None:
        threads.shutdown(wait=False, cancel_futures=True)


def _settings_changed(*, setting: str, **kwargs: object) -> None:
    if setting in {"AI_CONFIG", "QDRANT", "OPENAI_API_KEY", "OPENAI_BASE_URL", "R2_CONFIG", "AI_R2_SETTINGS"}:
        forget()


#: The embedded engine closes its files with modules that are gone when Python tears down.
atexit.register(forget)
setting_changed.connect(_settings_changed, dispatch_uid="ai.composition.forget")
