from apps.ai.models.batches import AIBatch, AIBatchItem
from apps.ai.models.changes import AppliedChange
from apps.ai.models.judges import AICategoryJudge
from apps.ai.models.mass import AIMassChunk, AIMassRun, AIQueueState
from apps.ai.models.moderation import AIModerationQueue
from apps.ai.models.processing import AIProcessingLog, AIProcessingStatus
from apps.ai.models.provider import AIEmbedding, AIRateBucket, ServicePause
from apps.ai.models.spending import AIBudgetPeriod, AICall, AIPrice
from apps.ai.models.templates import AITemplate

__all__ = [
    "AIBatch",
    "AIBatchItem",
    "AIBudgetPeriod",
    "AICall",
    "AICategoryJudge",
    "AIEmbedding",
    "AIMassChunk",
    "AIMassRun",
    "AIModerationQueue",
    "AIPrice",
    "AIProcessingLog",
    "AIProcessingStatus",
    "AIQueueState",
    "AIRateBucket",
    "AITemplate",
    "AppliedChange",
    "ServicePause",
]
