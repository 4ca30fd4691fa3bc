"""What finding a product's category by neighbours costs: embedding, categories, neighbours, in both forms.

    python -m benchmarks.vectors [--mode server|embedded|both] [--categories N] [--categories-file FILE]
                                 [--products N] [--queries N] [--dimensions N]

`server`: Qdrant's own engine in a process of its own, over HTTP. `embedded`: the engine in this process, in a folder;
its index is made when the folder is closed, which is timed.
FILE has lines "id : Root > … > Leaf"; without it a made-up tree of the same size is used.
"""

from __future__ import annotations

import argparse
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from apps.ai.conf import QdrantConfig
from apps.ai.services import composition, indexing
from apps.ai.services.categorizer import AutoCategorizer
from apps.ai.services.fitting import classifier
from apps.ai.services.fitting.classifier import Classifier
from apps.ai.services.fitting.model import CategoryFit
from apps.ai.services.indexing import Document
from apps.ai.services.vector_store import Collection, QdrantManager
from apps.ai.types import CategoryNode, FreeMeter, LanguageModel

PARTS = ("embed", "categories", "neighbours", "all", "classifier", "stage")
#: The classifier is fitted on an even sample of at most so many (`services.fitting`).
FITTED = 6_000
BACKEND = Path(__file__).parents[1]
THINGS = (
    "платье куртка таблетки крем шампунь кресло кружка книга ботинки витамин гель пальто лампа чайник".split()
)
TRAITS = (
    "летнее детский мужской красный увлажняющий деревянный стальной хлопковый для волос с клапаном".split()
)
BRANDS = "Atabay Abdi Ibrahim Koton Mavi Solgar Bioderma Nivea Karaca Vestel Arzum Beko Defacto Flo".split()


@contextmanager
def server() -> Iterator[tuple[str, int]]:
    """The test server in a process of its own: its address and process id."""
    command = [sys.executable, "-m", "apps.ai.tests.support.qdrant_server"]
    process = subprocess.Popen(command, cwd=BACKEND, stdout=subprocess.PIPE, text=True)  # noqa: S603
    try:
        assert process.stdout is not None  # noqa: S101
        yield process.stdout.readline().strip(), process.pid
    finally:
        process.terminate()
        process.wait()


def categories(file: Path | None, count: int) -> list[Document]:
    """One document a category; a node is a leaf when no line names it as a parent."""
    paths = _paths(file) if file else _made_up_paths(count)
    inner = {path[:-1] for path in paths}
    return [
        Document(
            number,
            " ".join(path),
            {"active": True, "leaf": path not in inner, "branches": [number], "name": path[-1]},
        )
        for number, path in enumerate(paths[:count], start=1)
    ]


def _paths(file: Path) -> list[tuple[str, ...]]:
    lines = file.read_text(encoding="utf-8").splitlines()
    named = (line.partition(" : ")[2] for line in lines if not line.startswith("#"))
    return [tuple(part.strip() for part in path.split(">")) for path in named if path]


def _made_up_paths(count: int) -> list[tuple[str, ...]]:
    return [
        (THINGS[n % 14], TRAITS[n // 14 % 10], f"вид {n // 140} {BRANDS[n % 13].lower()}")
        for n in range(count)
    ]


def products(leaves: Sequence[Document], count: int, seed: int) -> list[Document]:
    """Titles of the words of a leaf, with a brand, traits and a size."""
    draw = random.Random(seed)  # noqa: S311
    made = []
    for number in range(1, count + 1):
        leaf = draw.choice(leaves)
        words = " ".join(leaf.text.split()[-6:])
        title = f"{draw.choice(BRANDS)} {words} {' '.join(draw.sample(TRAITS, 2))} {draw.randint(1, 999)} мл"
        made.append(Document(number, title, {"category_id": leaf.id, "title": title}))
    return made


def measure(
    store: QdrantManager,
    llm: LanguageModel,
    stage: AutoCategorizer,
    fitted: Classifier,
    queries: list[Document],
) -> dict[str, list[float]]:
    """Milliseconds of each part for each query. `stage`: searches, classifier and weighing at once."""
    times: dict[str, list[float]] = {part: [] for part in PARTS}

    def timed(part: str, work: Callable[[], object]) -> object:
        started = time.perf_counter()
        result = work()
        times[part].append(1000.0 * (time.perf_counter() - started))
        return result

    def one(text: str, number: int) -> None:
        embedded = []

        def embed() -> None:
            [dense] = llm.embed([text], meter=FreeMeter())
            embedded.append((dense, *indexing.terms(text)))

        timed("embed", embed)
        [(dense, words, grams)] = embedded
        timed("categories", lambda: store.search_similar_categories(dense, words, grams=grams, limit=30))
        timed(
            "neighbours",
            lambda: store.search_neighbours(dense, words, grams=grams, limit=30, exclude_product_id=number),
        )

    for query in queries:
        timed("all", lambda query=query: one(query.text, query.id))  # type: ignore[misc]
    for query in queries:
        timed("classifier", lambda query=query: fitted.scores(query.text))  # type: ignore[misc]
        timed(
            "stage",
            lambda query=query: stage.find_by_text(query.text, product_id=query.id, meter=FreeMeter()),  # type: ignore[misc]
        )
    return times


def run(mode: str, url: str, pid: int | None, options: argparse.Namespace, folder: str = "") -> None:
    llm = composition.engine("offline", dimensions=options.dimensions)
    store = QdrantManager(
        QdrantConfig(url, "", folder, timeout=60), dimensions=llm.dimensions, model=llm.embedding_model
    )
    tree = categories(options.categories_file, options.categories)
    leaves = [document for document in tree if document.payload["leaf"]]
    used = leaves[:: max(1, len(leaves) // options.used)] if options.used else leaves
    known = products(used, options.products, seed=0)
    store.ensure_collections()
    print(  # noqa: T201
        f"{mode}: {len(tree)} categories ({len(leaves)} leaves), {len(known)} products, {llm.dimensions} dims"
    )
    for label, collection, documents in (
        ("categories", Collection.CATEGORIES, tree),
        ("products", Collection.PRODUCTS, known),
        ("categories again", Collection.CATEGORIES, tree),
    ):
        started = time.perf_counter()
        summary = indexing.sync(collection, documents, store=store, llm=llm, meter=FreeMeter())
        seconds = time.perf_counter() - started
        print(  # noqa: T201
            f"  sync {label}: {summary.written} written, {summary.unchanged} unchanged, {seconds:.1f} s, "
            f"peak RSS {_peak():.0f} MiB"
        )
    started = time.perf_counter()
    store.close()  # the embedded engine makes its index
    print(f"  closed in {time.perf_counter() - started:.1f} s, peak RSS {_peak():.0f} MiB")  # noqa: T201
    queries = products(used, options.queries + 3, seed=1)
    started = time.perf_counter()
    sample = known[:: -(-len(known) // FITTED)]
    fitted = classifier.fit(
        [one.text for one in sample], [[one.payload["category_id"]] for one in sample]
    ).classifier
    size = len(fitted.to_bytes()) / 2**20
    print(  # noqa: T201
        f"  classifier: fitted in {time.perf_counter() - started:.1f} s, "
        f"{len(fitted.category_ids)} categories, {size:.1f} MiB stored"
    )
    nodes = [CategoryNode(one.id, one.payload["name"], (one.text,)) for one in leaves]
    stage = AutoCategorizer(llm, store, nodes, CategoryFit(classifier=fitted))
    measure(store, llm, stage, fitted, queries[:3])  # warm: connections, caches, word weights
    cpu = time.process_time()
    times = measure(store, llm, stage, fitted, queries[3:])
    cpu = (time.process_time() - cpu) / 2  # the searches are made twice, in parts and in the stage
    for part, values in times.items():
        ordered = sorted(values)
        p50, p95 = ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.95)]
        print(f"  {part:<11} p50 {p50:6.1f} ms   p95 {p95:6.1f} ms")  # noqa: T201
    print(f"  client: {1000.0 * cpu / len(queries[3:]):.1f} ms CPU a product, peak RSS {_peak():.0f} MiB")  # noqa: T201
    if pid is not None:
        print(f"  server: RSS {_resident(pid):.0f} MiB")  # noqa: T201
    store.close()


def _peak() -> float:
    """MiB that this process has held at most."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _resident(pid: int) -> float:
    """MiB that a process holds."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**20


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--mode", choices=("server", "embedded", "both"), default="both")
    parser.add_argument("--categories", type=int, default=10_595)
    parser.add_argument("--categories-file", type=Path)
    parser.add_argument("--products", type=int, default=10_000)
    parser.add_argument(
        "--used", type=int, help="of the categories so many hold products; default: all leaves"
    )
    parser.add_argument("--queries", type=int, default=200)
    parser.add_argument("--dimensions", type=int, default=512)
    options = parser.parse_args()
    if options.mode != "embedded":
        with server() as (url, pid):
            run("server", url, pid, options)
    if options.mode != "server":
        with tempfile.TemporaryDirectory(prefix="vectors-") as folder:
            run("embedded", "", None, options, folder)


if __name__ == "__main__":
    main()
