"""A slip in the environment: a system check that names the variable and the right form, never a traceback."""

from __future__ import annotations

from pathlib import Path

import pytest

from apps.ai.tests.support.processes import Shop


def _check(state: Path, **environment: str) -> str:
    done = Shop(state, {"DATABASE_URL": f"sqlite:///{state / 'db'}", **environment}).manage("check")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr


@pytest.mark.django_db
def test_values_that_cannot_be_read_are_all_named_at_once(tmp_path: Path) -> None:
    said = _check(
        tmp_path,
        AI_BREAKER="{threshold: 5}",
        AI_RATE_LIMITS="fast",
        CELERY_AI_CONCURRENCY="four",
        AI_AUDIT_SHARE="a tenth",
        AI_AUTO_APPLY_THRESHOLD="high",
        AI_AUTO_APPLY="sometimes",
        AI_NOTICES="[1",
    )
    for name in ("AI_BREAKER", "AI_RATE_LIMITS", "CELERY_AI_CONCURRENCY", "AI_AUDIT_SHARE", "AI_NOTICES"):
        assert f"(env.E001) {name} is " in said, name
    assert "(env.E001) AI_AUTO_APPLY_THRESHOLD is 'high'" in said
    assert "(env.E001) AI_AUTO_APPLY is 'sometimes'" in said
    assert "HINT: It must look like a whole number." in said
    assert "HINT: It must look like JSON, such as " in said
    assert "HINT: It must look like true or false." in said


@pytest.mark.django_db
@pytest.mark.parametrize(
    "values",
    [
        {
            "EMAIL_URL": "nonsense",
            "DATABASE_URL": "nonsense://x",
            "QDRANT_PORT": "http",
            "DJANGO_DEBUG": "treu",
        },
        {"EMAIL_URL": "smtp://host:port", "DATABASE_URL": "postgres://me:word@host:port/shop"},
    ],
)
def test_addresses_that_cannot_be_read(tmp_path: Path, values: dict[str, str]) -> None:
    said = _check(tmp_path, **values)
    for name in values:
        assert f"(env.E001) {name} is " in said


@pytest.mark.django_db
def test_a_secret_is_not_shown(tmp_path: Path) -> None:
    assert "hidden" not in _check(tmp_path, DATABASE_URL="postgrez://me:hidden@host/db")


@pytest.mark.django_db
def test_a_variable_that_nothing_reads(tmp_path: Path) -> None:
    slips = {"AI_BUDGET_DAY": "AI_BUDGET_DAY_USD", "AI_MODLE": "AI_MODEL", "R2_BUCKET": "R2_BUCKET_NAME"}
    said = _check(tmp_path, **dict.fromkeys(slips, "5"))
    for name, meant in slips.items():
        answer = said.partition(f"(env.E002) Nothing reads the variable {name}.")[2].partition("(env.")[0]
        assert f"HINT: Did you mean {meant}?" in answer, name
