"""`./run bench [NAME…] [--json FILE]`: worlds of two sizes, and what each page costs in them."""

from __future__ import annotations

import argparse
import json
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

import django
from django.conf import settings

MUNICIPALITIES = 5
SIZES = (2_000, 20_000)


def main() -> int:
    parser = argparse.ArgumentParser(prog="./run bench", description=__doc__)
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help="only rows with this in their name"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures here too")
    parser.add_argument("--caregivers", type=int, nargs="+", default=SIZES, metavar="M")
    parser.add_argument("--times", type=int, default=60, help="requests for each figure")
    asked = parser.parse_args()
    django.setup()
    settings.ROOT_URLCONF = "bench.urls"
    worlds = []
    for caregivers in asked.caregivers:
        if caregivers < MUNICIPALITIES:
            parser.error(f"at least {MUNICIPALITIES} caregivers, one for each municipality")
        worlds.append(run(caregivers, asked.names, asked.times))
    if asked.json:
        asked.json.write_text(
            json.dumps(worlds, indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
        )
    return 0


def run(caregivers: int, names: list[str], times: int) -> dict[str, Any]:
    """Build a world of this size, measure in it and print the table."""
    from django.core.management import call_command

    from bench import databases, pages

    with databases.copy_of_empty(f"lagspill_bench_{caregivers}"):
        started = time.monotonic()
        call_command(
            "build-world", municipalities=MUNICIPALITIES, caregivers=caregivers, stdout=sys.stderr
        )
        built = time.monotonic() - started
        size = databases.megabytes()
        print(
            f"\n{caregivers} caregivers in {MUNICIPALITIES} municipalities: {size:.0f} MB, built in {built:.1f} s"
        )
        found, missing = pages.every_page()
        rows = measure_all(found, names, times)
    for name in missing:
        print(f"{name}: not there yet")
    world = {"caregivers": caregivers, "built_seconds": round(built, 1), "megabytes": round(size)}
    return {**world, "rows": rows}


def measure_all(found: list[Any], names: list[str], times: int) -> list[dict[str, Any]]:
    """F1 before and after, everything else between; printed as it comes."""
    from bench import measuring, pages

    unit = pages.unit_of_measure()
    before = measuring.measure(unit.name, unit.act, times=4 * times)
    figures = [
        measuring.measure(
            page.name, page.act, times=times, most_queries=page.most_queries, most_f1=page.most_f1
        )
        for page in found
        if not names or any(name.lower() in page.name.lower() for name in names)
    ]
    after = measuring.measure(unit.name, unit.act, times=4 * times)
    f1 = (before.cpu_ms + after.cpu_ms) / 2
    print(f"F1 = {f1:.2f} ms CPU ({before.cpu_ms:.2f} before, {after.cpu_ms:.2f} after)")
    if not measuring.Backend().is_seen:
        print("CPU is this process alone: that of the database cannot be read here.")
    print(
        f"{'':<30}{'queries':>8}{'goal':>6}{'CPU ms':>8}{'of it db':>9}{'F1':>7}{'goal':>6}"
        f"{'median':>8}{'p95':>7}{'kB':>6}"
    )
    rows = []
    for figure in figures:
        ratio = figure.cpu_ms / f1
        print(
            f"{figure.name:<30}{figure.queries:>8}{figure.most_queries or '–':>6}{figure.cpu_ms:>8.1f}"
            f"{figure.database_ms:>9.1f}{ratio:>7.1f}{figure.most_f1 or '–':>6}{figure.median_ms:>8.1f}"
            f"{figure.p95_ms:>7.1f}{figure.kilobytes:>6.0f}",
            flush=True,
        )
        rows.append({**asdict(figure), "f1": round(ratio, 2), "f1_ms": round(f1, 3)})
    return rows


if __name__ == "__main__":
    sys.exit(main())
