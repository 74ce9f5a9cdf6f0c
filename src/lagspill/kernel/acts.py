"""Operations: one act, one savepoint, however many operations it calls; and what is written together as it ends.

Only the outermost operation of a chain opens a savepoint, so that a view that answers a refusal undoes the whole act
and nothing else of its request. Whoever catches the refusal of an operation inside an act opens `transaction.atomic()`
around the call: operations inside that begin anew, and are undone alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.db import connection, transaction

P = ParamSpec("P")
T = TypeVar("T")
Write = Callable[[list[Any]], None]
_OUTSIDE = -1  # no transaction is open


@dataclass(frozen=True)
class _Act:
    """What is under way: how deep its savepoint lies, and the rows that wait for its end."""

    depth: int
    is_operation: bool
    waiting: dict[Write, list[Any]] = field(default_factory=dict)


_current: ContextVar[_Act | None] = ContextVar("lagspill_act", default=None)


def _depth() -> int:
    return len(connection.savepoint_ids) if connection.in_atomic_block else _OUTSIDE


def _under_way() -> _Act | None:
    """The act whose savepoint is the innermost one; none when another was opened since."""
    act = _current.get()
    return act if act and act.depth == _depth() else None


@contextmanager
def written_together(*, is_operation: bool = False) -> Iterator[None]:
    """Keep the rows given to `write_at_end` until the end of this block, in the transaction that is open; none, no wait."""
    outer, act = _current.get(), _Act(_depth(), is_operation)
    if act.depth == _OUTSIDE:
        yield
        return
    token = _current.set(act)
    try:
        yield
    finally:
        _current.reset(token)
    if transaction.get_rollback():
        return
    for write, rows in act.waiting.items():
        # In a savepoint directly inside an outer act's, they wait for that one: nothing between can undo them alone.
        if outer and outer.depth >= act.depth - 1:
            outer.waiting.setdefault(write, []).extend(rows)
        else:
            write(rows)


def is_writing() -> bool:
    """True inside an operation: what may be read only is then nobody's."""
    act = _current.get()
    return act is not None and act.is_operation


def operation(function: Callable[P, T]) -> Callable[P, T]:
    """All of it or nothing: in a savepoint of its own, or as part of the operation that called it."""

    @wraps(function)
    def inner(*args: P.args, **kwargs: P.kwargs) -> T:
        act = _under_way()
        if act and act.is_operation:
            return function(*args, **kwargs)
        with transaction.atomic(), written_together(is_operation=True):
            return function(*args, **kwargs)

    return inner


def write_at_end(write: Write, row: Any) -> None:
    """Give `row` to `write` together with the others of the act under way, as its last step; at once outside one."""
    act = _under_way()
    if act is None:
        write([row])
    else:
        act.waiting.setdefault(write, []).append(row)
