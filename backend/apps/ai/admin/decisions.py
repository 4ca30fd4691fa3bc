"""What the decision buttons share: a service's refusal becomes a message, never a page that failed."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from apps.ai.exceptions import AIError
from apps.ai.services.people import refusals


def decide(request: HttpRequest, step: Callable[[], object], *, done: str | Callable[[], str]) -> bool:
    """Run the step, which is a transaction of its own, and say what came of it; false when it was refused."""
    try:
        step()
    except AIError as error:
        refusal = refusals.sentence(error)
    except ValidationError as error:
        refusal = " ".join(error.messages)
    else:
        messages.success(request, done if isinstance(done, str) else done())
        return True
    messages.error(request, refusal)
    return False
