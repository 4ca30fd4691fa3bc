"""What a source's own switch says about its products; without one AI_AUTO_PROCESS counts.

The host names a function in AI_CONFIG["SOURCE_POLICY"]: origin → SourcePolicy, or None when it says nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache

from django.core.signals import setting_changed
from django.utils.module_loading import import_string

from apps.ai import conf
from apps.ai.types import SourcePolicy

PolicyOf = Callable[[str], SourcePolicy | None]


def of(origin: str) -> SourcePolicy:
    """Always complete: what the host leaves open is filled from the settings."""
    said = _host()(origin) or SourcePolicy()
    if said.auto_process:
        return said
    return replace(said, auto_process=conf.get().auto_process_of(origin).value)


@lru_cache(maxsize=1)
def _host() -> PolicyOf:
    path = conf.get().source_policy
    if not path:
        return lambda origin: None
    found: PolicyOf = import_string(path)
    return found


def _forget(*, setting: str, **kwargs: object) -> None:
    if setting == "AI_CONFIG":
        _host.cache_clear()


setting_changed.connect(_forget, dispatch_uid="ai.source_policy")
