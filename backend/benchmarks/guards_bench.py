"""`python -m benchmarks.guards_bench`: see scripts/bench_guards, which prepares what this needs."""

import sys

import django

django.setup()

from benchmarks.guards import main  # noqa: E402

sys.exit(main())
