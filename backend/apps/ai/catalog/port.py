"""The port: everything this app needs to know of a shop's products, categories, people and addresses.

A shop implements `Catalog` once, usually on top of `catalog.model_catalog.ModelCatalog`, and names the class in
AI_CONFIG["CATALOG"]. `apps.ai.testing` says in words what is missing or wrong in it.

Fields have one vocabulary here, the card's (`types.CARD_FIELDS`): category, attributes, title, description,
seo_title, seo_description, keywords. The columns and tables behind them are the shop's own business.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, runtime_checkable

from apps.ai.types import CategoryNode, ProductSnapshot


@dataclass(frozen=True, slots=True)
class HandEdit:
    """Who last wrote or cleared a card field by hand, and when. A shop that does not know leaves them empty."""

    name: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """A product's card in one language: a value for each of CARD_FIELDS, JSON-able.

    Empty is None, "", [] or {}. `edited_fields`: those that a person wrote or cleared; automation leaves them alone.
    `hand_edits`: more about these, as far as the shop knows.
    """

    values: Mapping[str, Any]
    edited_fields: tuple[str, ...] = ()
    hand_edits: Mapping[str, HandEdit] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CardChange:
    """Card field values before and after a write; only the fields that really changed, JSON-able.

    `language`: of the texts; "" is the shop's first.
    """

    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)
    language: str = ""


@dataclass(frozen=True, slots=True)
class ConfirmedProduct:
    """A product whose category a person confirmed before this app came: `text` is what gets embedded."""

    product_id: int
    category_id: int
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class ShopPicture:
    """A product's picture, in the shop's order. `is_hidden`: a person took it off the shop."""

    url: str
    alt: str = ""
    is_hidden: bool = False


@runtime_checkable
class ShowsPictures(Protocol):
    """Optional: a shop whose pictures can be put in order and described. Without it the desk only shows them."""

    def pictures(self, product_id: int) -> tuple[ShopPicture, ...]:
        """All of them, hidden ones too, in the shop's order. `snapshot().image_urls` leaves the hidden ones out."""

    def arrange_pictures(
        self, product_id: int, *, shown: Sequence[str], dropped: Sequence[str], by: object
    ) -> None:
        """Show these addresses in this order and hide those, for good: no import undoes it. In a transaction."""

    def describe_pictures(self, product_id: int, alts: Mapping[str, str]) -> None:
        """Alternative texts by address; one that a person wrote or emptied stays."""


@runtime_checkable
class FindsByPicture(Protocol):
    """Optional: a shop that knows its products by their pictures. Without it the list of pictures names none."""

    def products_showing(self, urls: Collection[str], *, most: int) -> dict[str, list[int]]:
        """By address the ids of products that have the picture, ascending, at most `most` of each; in one query."""


class Catalog(Protocol):
    # Products

    def existing(self, product_ids: Iterable[int]) -> list[int]:
        """Those of the ids that there are, in the order given."""

    def snapshot(self, product_id: int) -> ProductSnapshot:
        """The product as it stands, its card in the first of `languages()`. Raises ProductMissing."""

    def snapshots(self, product_ids: Iterable[int]) -> dict[int, ProductSnapshot]:
        """Many at once, by id; ids that do not exist are missing."""

    def titles(self, product_ids: Iterable[int]) -> dict[int, str]:
        """What a moderator calls the products, by id; ids that do not exist are missing."""

    def search(self, text: str, *, limit: int) -> list[int]:
        """Ids of products found by a person's words: parts of the title, or the id itself."""

    # The card

    def languages(self) -> tuple[str, ...]:
        """Languages in which the card's texts can be written, the shop's own first."""

    def card(self, product_id: int, *, language: str) -> Card:
        """The card in one of `languages()`. Raises ProductMissing."""

    def lock(self, product_id: int) -> ProductSnapshot:
        """As `snapshot`, with everything an apply may write locked until the caller's transaction ends."""

    def apply(
        self, product_id: int, values: Mapping[str, Any], *, language: str = "", locked: Card | None = None
    ) -> CardChange:
        """Write card fields in the caller's transaction. Returns what really changed. Raises ProductMissing.

        `locked`: the card in that language as `lock` showed it earlier in this transaction; it is not read again.

        Price, stock, brand and addresses are never written, nor are marks of a person's edits.
        """

    def revert(self, product_id: int, change: CardChange) -> None:
        """Put `before` back. Raises StaleProductError when a field is no longer what `after` says."""

    # Categories

    def categories(self) -> tuple[CategoryNode, ...]:
        """The whole tree. Asked for several times a run: a shop keeps it and notices changes itself.

        A category that means "unsorted" is no leaf, and a product that lies in it has `category_id` None.
        """

    def category_ids_by_external_id(self) -> dict[str, int]:
        """Ids by the code that files of templates name them with; empty when the shop has no such codes."""

    def product_counts(self) -> dict[int, int]:
        """Products lying directly in each category; empty categories are missing."""

    # Which products there is work for: ids in ascending order, all greater than `after`

    def imported(self, *, after: int = 0, limit: int) -> list[int]:
        """Products that came from a parser."""

    def newest_imported(self, *, limit: int) -> list[int]:
        """The latest products that came from a parser, the latest first."""

    def without_category(self, *, after: int = 0, limit: int) -> list[int]:
        """Imported products that lie nowhere, in "unsorted", in a dead category or not in a leaf."""

    def without_description(self, *, after: int = 0, limit: int) -> list[int]:
        """Imported products in a proper category that have no description in the shop's own language.

        What a parser left there in the supplier's words is no description.
        """

    def confirmed_products(self) -> Iterator[ConfirmedProduct]:
        """Products whose category a person chose, before this app came or beside it."""

    # People and addresses

    def people(self, user_ids: Iterable[Any]) -> dict[Any, str]:
        """Names of users by primary key, as colleagues know them."""

    def admin_url(self, product_id: int) -> str:
        """Where a person edits the product; "" when there is no such page."""

    def category_admin_url(self, category_id: int) -> str:
        """Where a person edits the category; "" when there is no such page."""

    def shop_url(self, product_id: int) -> str:
        """Where a buyer sees the product; "" when there is no such page."""


@runtime_checkable
class ForgetsProducts(Protocol):
    """What a catalogue may offer besides: else `ai_product_data delete` leaves the row and pictures of the shop."""

    def shares_picture(self, url: str, *, besides: int) -> bool:
        """Whether another product than `besides` shows the picture at this address."""

    def delete_product(self, product_id: int) -> bool:
        """Delete the shop's row and what hangs on it, so that no import brings it back; False when it is gone."""
