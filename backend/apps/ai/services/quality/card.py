"""What a rule may look at: a product, its draft, and both as plain text. Everything costly is worked out once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

from apps.ai.text.safety import html, notices
from apps.ai.types import CategoryChoice, Draft, ImageFindings, Mode, ProductSnapshot


@dataclass(frozen=True)
class Policy:
    """What the shop decides. `price_floors` by currency; `notices`: sentences by kind of goods; `threshold` in 0..1."""

    threshold: float
    price_floors: Mapping[str, Decimal] = field(default_factory=dict)
    notices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Card:
    product: ProductSnapshot
    mode: Mode
    choice: CategoryChoice | None
    draft: Draft | None
    findings: ImageFindings
    policy: Policy

    @cached_property
    def kind(self) -> str:
        """The kind of goods of the chosen category, "" when unknown."""
        return self.choice.kind if self.choice else ""

    @cached_property
    def body(self) -> str:
        """The description as plain text."""
        return html.to_text(self.draft.description) if self.draft else ""

    @cached_property
    def fields(self) -> dict[str, str]:
        """The draft's fields as plain text, by name."""
        if self.draft is None:
            return {}
        return {
            "title": self.draft.title,
            "description": self.body,
            "seo_title": self.draft.seo_title,
            "seo_description": self.draft.seo_description,
            "keywords": ", ".join(self.draft.keywords),
        }

    @cached_property
    def values(self) -> str:
        """The chosen attributes' values, where the mode writes them."""
        if self.choice is None or not self.mode.chooses_category:
            return ""
        return "\n".join(found.value for found in self.choice.attributes)

    @cached_property
    def listed(self) -> str:
        """The same with their names, a line each."""
        if self.choice is None or not self.mode.chooses_category:
            return ""
        return "\n".join(f"{found.name}: {found.value}" for found in self.choice.attributes)

    @cached_property
    def source(self) -> str:
        """Everything that the source says, as plain text."""
        return html.to_text(self.product.source_text)

    @cached_property
    def source_title(self) -> str:
        return html.plain(self.product.title)

    @cached_property
    def source_body(self) -> str:
        return html.to_text(self.product.description)

    @cached_property
    def notices(self) -> tuple[str, ...]:
        """The sentences that must stand under this card."""
        if self.choice is not None and not self.choice.is_sure:
            return ()
        path = self.choice.path if self.choice else ()
        language = self.draft.language if self.draft else "ru"
        return notices.wanted(self.policy.notices, self.kind, path, language=language)

    @cached_property
    def known(self) -> str:
        """Everything that the texts may state: the source, its category, colours and brand on photos, the notices.

        Other text that a model read from a package proves nothing: a dose may be misread.
        """
        path = " ".join(self.choice.path) if self.choice else ""
        seen = "\n".join((*self.findings.dominant_colors, self.findings.brand))
        return "\n".join((self.source, self.product.source_category, path, seen, *self.notices))
