"""`python -m benchmarks.llm_bench`: see scripts/bench_llm.sh, which prepares what this needs."""

import sys

import django

django.setup()

from benchmarks.llm import main  # noqa: E402

sys.exit(main())
