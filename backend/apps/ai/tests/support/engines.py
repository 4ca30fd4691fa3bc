"""The engine in the process that the tests run on.

It is the offline one while the settings name it, and a plain one in a shop that has deleted it: then what needs the
offline engine's Russian is skipped (`pytest.mark.offline_engine`).
"""

from __future__ import annotations

from apps.ai import conf
from apps.ai.services import composition
from apps.ai.tests.support.plain import PlainEngine
from apps.ai.types import LanguageModel

OFFLINE = "offline"


def has_offline_engine() -> bool:
    return OFFLINE in conf.get().engines


def any_engine(dimensions: int) -> LanguageModel:
    """The offline engine when there is one."""
    if has_offline_engine():
        return composition.engine(OFFLINE, dimensions=dimensions)
    return PlainEngine(dimensions)
