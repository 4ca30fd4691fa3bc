"""Celery tasks of the parsers, on the default queue: the queue `ai` must not wait for an import."""

from __future__ import annotations

from celery import shared_task

from apps.parsers.services import owed_pictures
from apps.parsers.services.imports import import_feed


@shared_task
def run_parser(name: str, url: str, currency: str = "", source: str = "") -> int:
    """Import a feed from the web; returns the id of the ParserRun, which says how it went.

    A message delivered twice is harmless: the second import finds everything unchanged.
    """
    return import_feed(name, url=url, currency=currency, source=source).pk


@shared_task
def fetch_owed_pictures() -> int:
    """Store pictures that the storage did not take at an import; returns how many are still owed."""
    return owed_pictures.pay().left
