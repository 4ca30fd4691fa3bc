"""The Oscar sandbox that the AI app is plugged into."""

from oscar_shop.celery import app as celery_app

__all__ = ["celery_app"]
