"""Measures what pages cost, in one run with its own unit of measure. Started by `./run bench`; see docs/performance.md."""
