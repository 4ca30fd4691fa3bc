"""What the decision buttons share: a service's refusal becomes a message, never a page that failed."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest

from apps.ai.exceptions import StaleProductError, TransitionError


def decide(request: HttpRequest, step: Callable[[], object], *, done: str) -> bool:
    """Run the step in a savepoint and say what came of it; false when it was refused."""
    try:
        with transaction.atomic():
            step()
    except StaleProductError:
        refusal = "Данные товара изменились после того, как карточка была готова. Обработайте товар заново."
    except TransitionError:
        refusal = "Карточка уже решена или сейчас в другом состоянии. Обновите страницу."
    except ValidationError as error:
        refusal = " ".join(error.messages)
    else:
        messages.success(request, done)
        return True
    messages.error(request, refusal)
    return False
