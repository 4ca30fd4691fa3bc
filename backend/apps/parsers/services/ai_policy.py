"""What a source's own switch tells the AI app (AI_CONFIG["SOURCE_POLICY"])."""

from __future__ import annotations

from apps.ai.ttl_cache import TTLCached
from apps.ai.types import Mode, SourcePolicy
from apps.parsers.models import ParserSource


def policy_of(origin: str) -> SourcePolicy | None:
    """`origin`: what the products keep as `source_name`. None: there is no such source."""
    return _policies.get(origin)


def _read(origin: str) -> SourcePolicy | None:
    parser, _, name = origin.partition(":")
    source = ParserSource.objects.filter(parser=parser, name=name).first()
    if source is None:
        return None
    return SourcePolicy(source.ai, Mode(source.ai_mode), source.ai_images)


_policies: TTLCached[str, SourcePolicy | None] = TTLCached(_read)
