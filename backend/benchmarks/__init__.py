"""Measurements in real processes. Started by scripts/bench_*; nothing of the application imports this."""
