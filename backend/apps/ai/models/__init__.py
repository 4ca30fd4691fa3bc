from apps.ai.models.audits import AIAudit
from apps.ai.models.batches import AIBatch, AIBatchItem
from apps.ai.models.bulk import AIBulkDecision, AIBulkItem
from apps.ai.models.changes import AppliedChange
from apps.ai.models.figures import AIDayFigures
from apps.ai.models.fits import AICategoryFit
from apps.ai.models.mass import AIMassChunk, AIMassRun, AIQueueState
from apps.ai.models.moderation import AIModerationQueue
from apps.ai.models.pictures import AIPicture, AIPictureAnswer, AIPictureOrder
from apps.ai.models.processing import AIProcessingLog, AIProcessingStatus, RejectReason
from apps.ai.models.provider import AIRateBucket, ServicePause
from apps.ai.models.rules import AIHouseRules, AITrial
from apps.ai.models.signs import ProcessSign, Trouble
from apps.ai.models.spending import AIBudgetPeriod, AICall, AIPrice
from apps.ai.models.stored_pictures import StoredPicture
from apps.ai.models.taxonomy import AITaxonomyReport
from apps.ai.models.templates import AITemplate
from apps.ai.models.texts import AIEditMeasure, AILeafletSection
from apps.ai.models.tokens import AIApiToken
from apps.ai.models.webhooks import AIWebhook, AIWebhookDelivery

__all__ = [
    "AIApiToken",
    "AIAudit",
    "AIBatch",
    "AIBatchItem",
    "AIBudgetPeriod",
    "AIBulkDecision",
    "AIBulkItem",
    "AICall",
    "AICategoryFit",
    "AIDayFigures",
    "AIEditMeasure",
    "AIHouseRules",
    "AILeafletSection",
    "AIMassChunk",
    "AIMassRun",
    "AIModerationQueue",
    "AIPicture",
    "AIPictureAnswer",
    "AIPictureOrder",
    "AIPrice",
    "AIProcessingLog",
    "AIProcessingStatus",
    "AIQueueState",
    "AIRateBucket",
    "AITaxonomyReport",
    "AITemplate",
    "AITrial",
    "AIWebhook",
    "AIWebhookDelivery",
    "AppliedChange",
    "ProcessSign",
    "RejectReason",
    "ServicePause",
    "StoredPicture",
    "Trouble",
]
