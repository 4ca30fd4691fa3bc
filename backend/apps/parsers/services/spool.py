"""The products of a feed on disk: it is read to its end before anything is written, and need not fit in memory."""

from __future__ import annotations

import hashlib
import pickle
import tempfile
from array import array
from collections.abc import Iterable, Iterator, KeysView, Sequence
from itertools import islice

from apps.parsers.services.records import ParsedProduct


class Digest:
    """SHA-256 over everything a feed says, in its order: equal only for the same products in the same places."""

    def __init__(self) -> None:
        self._hash = hashlib.sha256()

    def over(self, chunks: Iterable[Sequence[ParsedProduct]]) -> Iterator[Sequence[ParsedProduct]]:
        """The chunks as they pass."""
        for chunk in chunks:
            for product in chunk:
                self._hash.update(repr(product).encode("utf-8", "surrogatepass"))
            yield chunk

    def value(self) -> str:
        return self._hash.hexdigest()


class Spool:
    """Products in the order in which their ids first came; of several with one id the last counts.

    In memory are the ids and eight bytes a product. The file has no name, so nothing is left of it after a kill.
    """

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile(prefix="feed-")  # noqa: SIM115  (lives as long as the spool)
        self._number: dict[str, int] = {}
        self._offset = array("Q")

    def __len__(self) -> int:
        return len(self._offset)

    @property
    def source_ids(self) -> KeysView[str]:
        return self._number.keys()

    def put(self, product: ParsedProduct) -> None:
        """Append the product, or put it in the place of the one with its id."""
        self._file.seek(0, 2)
        offset = self._file.tell()
        pickle.dump(product, self._file, protocol=pickle.HIGHEST_PROTOCOL)
        number = self._number.setdefault(product.source_id, len(self._offset))
        if number == len(self._offset):
            self._offset.append(offset)
        else:
            self._offset[number] = offset

    def find(self, source_id: str) -> ParsedProduct | None:
        number = self._number.get(source_id)
        return None if number is None else self._at(number)

    def chunks(self, size: int, *, start: int = 0, stop: int | None = None) -> Iterator[list[ParsedProduct]]:
        """Products from number `start` up to `stop`, in lists of `size`."""
        end = len(self) if stop is None else min(len(self), stop)
        products = (self._at(number) for number in range(start, end))
        while chunk := list(islice(products, size)):
            yield chunk

    def close(self) -> None:
        self._file.close()

    def _at(self, number: int) -> ParsedProduct:
        self._file.seek(self._offset[number])
        product = pickle.load(self._file)  # noqa: S301  (written above, by this process)
        if not isinstance(product, ParsedProduct):
            raise TypeError(f"Product {number} of the spool is a {type(product).__name__}.")
        return product
