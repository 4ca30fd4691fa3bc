"""What a host's own pages show of a product's pictures, and the door by which they get into our storage.

    shop_pictures.want(urls)                # where pictures are saved, in the same transaction
    pictures = shop_pictures.shown(urls)    # where a page is made: by address what a browser loads

In a template: `{% load shop_pictures %}{% shop_picture pictures url alt=alt %}`. The product keeps the supplier's
address: it is where the picture came from, and what this app knows it by.
"""

from __future__ import annotations

from collections.abc import Iterable

from apps.ai import tasks
from apps.ai.services.keeping import wanting
from apps.ai.services.keeping.showing import ShownPicture, shown

__all__ = ["ShownPicture", "shown", "want"]


def want(urls: Iterable[str]) -> int:
    """Have these pictures brought after the commit, each address once for all products; how many are new."""
    return wanting.want(urls, send=tasks.keep_pictures.delay)
