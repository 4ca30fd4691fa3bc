"""The yardstick: the same SDK calls in bare threads, with no database, no queue and no checks.

    python -m benchmarks.queue_loop BASE_URL --threads 64 --products 400

One embedding and two chat calls a product, with the bodies that the worker sent last (GET /_last). Prints
JSON: products per second, CPU milliseconds per product.
"""

from __future__ import annotations

import argparse
import json
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from typing import Any


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("base_url")
    parser.add_argument("--threads", type=int, default=64)
    parser.add_argument("--products", type=int, default=400)
    options = parser.parse_args()
    print(json.dumps(run(options.base_url, options.threads, options.products)))  # noqa: T201


def run(base_url: str, threads: int, products: int) -> dict[str, float]:
    import openai  # noqa: PLC0415  (not before the arguments are known to be right)

    last: dict[str, Any] = _get(base_url.removesuffix("/v1") + "/_last")
    client = openai.OpenAI(api_key="sk-benchmark", base_url=base_url, max_retries=0, timeout=60)

    def product(_: int) -> None:
        client.embeddings.with_raw_response.create(**last["embedding"]).http_response.json()
        client.chat.completions.with_raw_response.create(**last["category"]).http_response.json()
        client.chat.completions.with_raw_response.create(**last["draft"]).http_response.json()

    product(0)  # imports and connections are paid for
    started, cpu = time.monotonic(), time.process_time()
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(product, range(products)))
    seconds, used = time.monotonic() - started, time.process_time() - cpu
    return {"products_per_second": products / seconds, "cpu_ms": used / products * 1000}


def _get(url: str) -> Any:
    with urllib.request.urlopen(url) as answer:  # noqa: S310  (a server of our own)
        return json.load(answer)


if __name__ == "__main__":
    main()
