"""Facts: what has happened, announced upwards. A lower package announces; higher ones react; it never knows them.

A fact is a frozen dataclass of ids and codes with a `municipality`. `announce` stores it through the sink that `audit`
registers, in the transaction of the act, then runs the handlers registered with `on(...)` in that same transaction;
those registered with `after_commit(...)` run as jobs, through the runner that `dispatch` registers. Handlers are
idempotent and take the fact and `now`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar


@dataclass(frozen=True)
class Fact:
    """Base of all facts; subclasses live in each capability's `events.py`."""

    municipality: str


FactType = TypeVar("FactType", bound=Fact)
Handler = Callable[[Any, datetime], None]
Sink = Callable[[Fact, datetime], None]
JobRunner = Callable[[str, Fact, datetime], None]

_handlers: dict[type[Fact], list[Handler]] = defaultdict(list)
_after: dict[type[Fact], list[str]] = defaultdict(list)
_named: dict[str, Handler] = {}
_types: dict[str, type[Fact]] = {}
_sink: list[Sink] = []
_runner: list[JobRunner] = []


def set_sink(sink: Sink) -> None:
    """Register where facts are kept; called once by `audit`."""
    _sink[:] = [sink]


def set_job_runner(runner: JobRunner) -> None:
    """Register who runs handlers after commit; called once by `dispatch`."""
    _runner[:] = [runner]


def on(
    fact_type: type[FactType],
) -> Callable[[Callable[[FactType, datetime], None]], Callable[[FactType, datetime], None]]:
    """Register a handler that runs in the transaction of the act (it opens or closes work)."""

    def register(
        handler: Callable[[FactType, datetime], None],
    ) -> Callable[[FactType, datetime], None]:
        if handler not in _handlers[fact_type]:
            _handlers[fact_type].append(handler)
        return handler

    return register


def after_commit(
    fact_type: type[FactType],
) -> Callable[[Callable[[FactType, datetime], None]], Callable[[FactType, datetime], None]]:
    """Register a handler that runs as a job once the act has committed (it reaches outside)."""

    def register(
        handler: Callable[[FactType, datetime], None],
    ) -> Callable[[FactType, datetime], None]:
        name = f"{handler.__module__}.{handler.__qualname__}"
        _named[name] = handler
        _types[fact_type.__name__] = fact_type
        if name not in _after[fact_type]:
            _after[fact_type].append(name)
        return handler

    return register


def announce(fact: Fact, *, now: datetime) -> None:
    """Store the fact and run its handlers. Call inside the transaction of the act."""
    for sink in _sink:
        sink(fact, now)
    for handler in _handlers[type(fact)]:
        handler(fact, now)
    for name in _after[type(fact)]:
        for runner in _runner:
            runner(name, fact, now)


def handler_named(name: str) -> Handler:
    """The after-commit handler a job names. Raises KeyError when the running version no longer has it."""
    return _named[name]


def fact_type_named(name: str) -> type[Fact]:
    """The fact type a job names."""
    return _types[name]
