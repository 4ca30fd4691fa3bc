"""Celery tasks of the queue `ai`. Each loads, calls one function and returns ids; policy stands on the decorator."""

from __future__ import annotations

from typing import Any

from celery import shared_task

from apps.ai.exceptions import TransientAIError
from apps.ai.services import learning, mass_work, pipeline, submission, sweeping
from apps.ai.services.submission import submit

__all__ = [
    "batch_process_products",
    "cleanup_old_ai_logs",
    "learn_decision",
    "process_product_ai",
    "process_uncategorized",
    "process_without_description",
    "retry_failed_processing",
    "submit",
    "sweep",
]


@shared_task
def process_product_ai(product_id: int, run_id: int | None = None, **options: Any) -> int:
    """Work on one run; without `run_id` a run is submitted with `options` of the specification first.

    Options: generate_description, categorize, analyze_images, language, force. Returns the run's id.
    """
    if run_id is None:
        run_id = submission.submit(product_id, source="task", send=False, **options).run.pk
    pipeline.run(run_id)
    return run_id


@shared_task
def batch_process_products(product_ids: list[int], options: dict[str, Any] | None = None) -> int:
    """Submit many products; returns how many new runs were made."""
    return mass_work.submit_many(product_ids, **(options or {}))


@shared_task
def process_uncategorized(limit: int = 100) -> int:
    """Submit products without an accepted category; returns how many."""
    return mass_work.submit_uncategorized(limit=limit)


@shared_task
def process_without_description(limit: int = 100) -> int:
    """Submit categorised products without an accepted Russian text; returns how many."""
    return mass_work.submit_without_description(limit=limit)


@shared_task
def retry_failed_processing(limit: int = 50) -> int:
    """Put failed runs of the last week back into the queue, once per product; returns how many."""
    return mass_work.retry_failed(limit=limit)


@shared_task
def cleanup_old_ai_logs(days: int = 90) -> int:
    """Delete reviewed and failed runs older than `days`; unreviewed work stays. Returns how many."""
    return mass_work.cleanup(days=days)


@shared_task(autoretry_for=(TransientAIError,), retry_backoff=30, retry_backoff_max=600, max_retries=8)
def learn_decision(run_id: int) -> None:
    """Teach the vector store what a person decided."""
    learning.learn_decision(run_id)


@shared_task
def sweep() -> dict[str, int]:
    """Bring back what died, wake what is due, submit what no run was ever made for."""
    return sweeping.sweep()
