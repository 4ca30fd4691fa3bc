from apps.ai.admin.changes import AppliedChangeAdmin
from apps.ai.admin.queue import AIModerationQueueAdmin
from apps.ai.admin.runs import AIProcessingLogAdmin
from apps.ai.admin.templates import AITemplateAdmin

__all__ = ["AIModerationQueueAdmin", "AIProcessingLogAdmin", "AITemplateAdmin", "AppliedChangeAdmin"]
