"""The model's door without a model: rules, our own glossary, the product's own facts."""

from apps.ai_offline.engine import EMBEDDING_MODEL, MODEL, OfflineEngine

__all__ = ["EMBEDDING_MODEL", "MODEL", "OfflineEngine"]
