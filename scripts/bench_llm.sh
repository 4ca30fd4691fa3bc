#!/usr/bin/env bash
# Measure the language model's door and the money with a real worker, on a PostgreSQL, a Redis and a model server
# of the benchmark's own. Nothing is paid: the model server is the tests'.
#
#   scripts/bench_llm.sh [faults|rate-limit|quota|budget|prefix|bad-hour|all] [--products N] [--concurrency N]
#                        [--json FILE] [--costs] [--speed X]
#
#   --speed X    bad-hour: its 8 minutes of trouble, and every pause, X times faster
#   --costs      print what `manage.py ai_costs` says after each scenario
#
# Exit code: 0 when every bound holds, 1 when one is broken.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib/bench.sh"
bench_with_services llm_bench "$@"
