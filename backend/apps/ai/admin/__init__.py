from apps.ai.admin.audits import AIAuditAdmin
from apps.ai.admin.changes import AppliedChangeAdmin
from apps.ai.admin.doctor import TroubleAdmin
from apps.ai.admin.fits import AICategoryFitAdmin
from apps.ai.admin.mass import AIMassRunAdmin
from apps.ai.admin.money import AIBudgetPeriodAdmin, AICallAdmin, AIPriceAdmin, ServicePauseAdmin
from apps.ai.admin.queue import AIModerationQueueAdmin
from apps.ai.admin.rules import AIHouseRulesAdmin, AITrialAdmin
from apps.ai.admin.runs import AIProcessingLogAdmin
from apps.ai.admin.stored_pictures import StoredPictureAdmin
from apps.ai.admin.taxonomy import AITaxonomyReportAdmin
from apps.ai.admin.templates import AITemplateAdmin
from apps.ai.admin.texts import AIEditMeasureAdmin, AILeafletSectionAdmin
from apps.ai.admin.tokens import AIApiTokenAdmin
from apps.ai.admin.webhooks import AIWebhookAdmin, AIWebhookDeliveryAdmin

__all__ = [
    "AIApiTokenAdmin",
    "AIAuditAdmin",
    "AIBudgetPeriodAdmin",
    "AICallAdmin",
    "AICategoryFitAdmin",
    "AIEditMeasureAdmin",
    "AIHouseRulesAdmin",
    "AILeafletSectionAdmin",
    "AIMassRunAdmin",
    "AIModerationQueueAdmin",
    "AIPriceAdmin",
    "AIProcessingLogAdmin",
    "AITaxonomyReportAdmin",
    "AITemplateAdmin",
    "AITrialAdmin",
    "AIWebhookAdmin",
    "AIWebhookDeliveryAdmin",
    "AppliedChangeAdmin",
    "ServicePauseAdmin",
    "StoredPictureAdmin",
    "TroubleAdmin",
]
