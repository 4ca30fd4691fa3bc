from apps.ai.models.changes import AppliedChange
from apps.ai.models.moderation import AIModerationQueue
from apps.ai.models.processing import AIProcessingLog, AIProcessingStatus
from apps.ai.models.provider import AIEmbedding, AIRateBucket, ServicePause
from apps.ai.models.spending import AIBudgetPeriod, AICall, AIPrice
from apps.ai.models.templates import AITemplate

__all__ = [
    "AIBudgetPeriod",
    "AICall",
    "AIEmbedding",
    "AIModerationQueue",
    "AIPrice",
    "AIProcessingLog",
    "AIProcessingStatus",
    "AIRateBucket",
    "AITemplate",
    "AppliedChange",
    "ServicePause",
]
