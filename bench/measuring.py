"""What a request costs: CPU of this process and of its PostgreSQL backend, queries, and time on the clock."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connection

Act = Callable[[int], Any]


@dataclass(frozen=True)
class Figure:
    """One row of the table. CPU is the mean of a request in milliseconds, web and database together."""

    name: str
    cpu_ms: float
    database_ms: float
    queries: int
    median_ms: float
    p95_ms: float
    kilobytes: float
    most_queries: int | None = None
    most_f1: float | None = None


class Backend:
    """CPU of the PostgreSQL process that serves our connection, where the machine lets us see it."""

    def __init__(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            self._file = Path(f"/proc/{cursor.fetchone()[0]}/schedstat")
        self.is_seen = self._file.exists()

    def seconds(self) -> float:
        """CPU so far; 0 where it cannot be read, as with a server on another machine."""
        return int(self._file.read_text().split()[0]) / 1e9 if self.is_seen else 0.0


def count_queries(act: Act, number: int) -> int:
    """Statements that Django sends for one call; opening a transaction and its scope are not among them."""
    seen = 0

    def count(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal seen
        seen += 1
        return execute(sql, params, many, context)

    with connection.execute_wrapper(count):
        act(number)
    return seen


def measure(
    name: str,
    act: Act,
    *,
    times: int,
    most_queries: int | None = None,
    most_f1: float | None = None,
) -> Figure:
    """Call `act` with 0, 1, 2, …: some calls to warm up, one to count queries, then `times` that are timed."""
    warm = max(3, times // 10)
    for number in range(warm):
        act(number)
    queries = count_queries(act, warm)
    backend, clock = Backend(), []
    cpu, database, size = time.process_time(), backend.seconds(), 0
    for number in range(warm + 1, warm + 1 + times):
        started = time.perf_counter()
        response = act(number)
        clock.append((time.perf_counter() - started) * 1000)
        size = max(size, len(response.content))
    own, other = time.process_time() - cpu, backend.seconds() - database
    return Figure(
        name,
        (own + other) * 1000 / times,
        other * 1000 / times,
        queries,
        statistics.median(clock),
        percentile(clock, 95),
        size / 1000,
        most_queries,
        most_f1,
    )


def percentile(values: Iterable[float], share: int) -> float:
    """The smallest value that `share` percent of the values do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * share // 100) - 1)]
