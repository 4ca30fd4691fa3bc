"""`python -m benchmarks.local_model_bench`: see scripts/try_local_model, which prepares what this needs."""

import sys

import django

django.setup()

from benchmarks.local_model import main  # noqa: E402

sys.exit(main())
