"""The Celery application; its settings are the CELERY_* names of Django's settings."""

import os

from celery import Celery

from config import file_broker

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.local")

file_broker.install()
app = Celery("pharmaturk")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
