"""The Celery application; its settings are the CELERY_* names of Django's settings."""

import os

from celery import Celery
from celery.signals import worker_init, worker_process_init
from django_structlog.celery.steps import DjangoStructLogInitStep

from config import file_broker, monitoring

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.local")

file_broker.install()
app = Celery("pharmaturk")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.steps["worker"].add(DjangoStructLogInitStep)  # task and request ids in every line of a task


@worker_init.connect(dispatch_uid="config.traces")
@worker_process_init.connect(dispatch_uid="config.traces")
def start_traces(**kwargs: object) -> None:
    """A child of a prefork worker starts its own: the parent's exporting thread does not survive the fork."""
    monitoring.start_traces()
