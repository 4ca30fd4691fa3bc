"""The worker's application: `celery -A oscar_shop worker -Q ai --pool threads -B`, in this folder."""

from celery import Celery

app = Celery("oscar_shop")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
