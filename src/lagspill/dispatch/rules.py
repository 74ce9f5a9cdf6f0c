"""Values and registries of dispatch: states, back-off, who resolves a recipient, what is swept. Pure: no Django, no clock.

The two registries turn upward needs round: `people` says where a message may go, capabilities say what falls due.
"""

from __future__ import annotations

import types
import typing
import uuid
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from enum import Enum, StrEnum
from typing import Any

from lagspill.kernel.actor import Actor
from lagspill.kernel.facts import Fact


class State(StrEnum):
    """Where a message stands. Only `QUEUED` moves on."""

    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Outcome(StrEnum):
    """What `notify` came to. `SENT`: in the outbox, and tried until sent or failed. `NEEDS_CALL`: nothing was queued."""

    SENT = "sent"
    NEEDS_CALL = "needs_call"


@dataclass(frozen=True)
class Recipient:
    """Where a message to a file's caregiver may go now. `allowed` is the answer to "how can we reach you safely?"."""

    email: str
    allowed: bool
    language: str = "nb"

    @property
    def is_reachable(self) -> bool:
        """True when there is an address and nothing forbids it."""
        return self.allowed and bool(self.email)


# --- attempts ---------------------------------------------------------------------------------------------------------

MOST_ATTEMPTS = 6
#: A queued message this long past its time has lost its job and gets a new one.
LOST_AFTER = timedelta(minutes=30)
#: A message is forgotten this long after it was sent, failed or was cancelled.
KEPT_FOR = timedelta(days=90)
#: A job that was under way this many times when its worker died is given up.
MOST_LIVES = 10


def wait_after(attempts: int) -> timedelta:
    """How long to wait after the failed attempt with this number (1 is the first): 1, 4, 16, 64 and 256 minutes."""
    return timedelta(minutes=4 ** (attempts - 1))


# --- who may be written to --------------------------------------------------------------------------------------------

Resolver = Callable[[str, uuid.UUID], Recipient | None]
_resolver: list[Resolver] = []


def set_recipient_resolver(resolver: Resolver) -> None:
    """Register who knows where a message may go; called once by `people` when it is ready.

    It gets the municipality and the file's id, runs in the scope of a system actor, and is asked when a message is
    queued and again when it is sent: no address is kept in the outbox, and a change in between counts.
    """
    _resolver[:] = [resolver]


def find_recipient(municipality: str, file_id: uuid.UUID) -> Recipient | None:
    """Where a message to the file's caregiver may go; none when nobody knows."""
    for resolver in _resolver:
        return resolver(municipality, file_id)
    return None


# --- what is swept ----------------------------------------------------------------------------------------------------

Sweep = Callable[[Actor, datetime], int]
_sweeps: dict[str, Sweep] = {}


def register_sweep(name: str, sweep: Sweep) -> None:
    """Register what falls due by itself, as "promises.overdue". Called when a capability is ready.

    Each minute it runs once for each municipality, in a transaction of its own and in the scope of the system actor it
    gets. It must be safe to run twice, and returns how much it changed.
    """
    if _sweeps.get(name, sweep) is not sweep:
        raise ValueError(f"two sweeps are called {name}")
    _sweeps[name] = sweep


def forget_sweep(name: str) -> None:
    """Take a sweep out again; tests use it to leave the registry as they found it."""
    _sweeps.pop(name, None)


def sweeps() -> Mapping[str, Sweep]:
    """Every registered sweep by name, in the order of their names."""
    return dict(sorted(_sweeps.items()))


# --- facts as arguments of jobs ---------------------------------------------------------------------------------------


def pack(fact: Fact) -> dict[str, Any]:
    """The fields of a fact as JSON values; `unpack` is its inverse."""
    return {key: _packed(value) for key, value in asdict(fact).items()}


def unpack(fact_type: type[Fact], packed: Mapping[str, Any]) -> Fact:
    """The fact again. A field the running version no longer has is left out; one it has got since must have a default."""
    hints = typing.get_type_hints(fact_type)
    known = {key: _unpacked(hints[key], value) for key, value in packed.items() if key in hints}
    return fact_type(**known)


def _packed(value: Any) -> Any:
    if isinstance(value, uuid.UUID):
        return str(value)
    if isinstance(value, date):  # datetime too
        return value.isoformat()
    if isinstance(value, tuple):
        return [_packed(each) for each in value]
    return value


def _unpacked(hint: Any, value: Any) -> Any:
    arguments = typing.get_args(hint)
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        if value is None:
            return None
        return _unpacked(next(each for each in arguments if each is not type(None)), value)
    if typing.get_origin(hint) is tuple:
        return tuple(_unpacked(arguments[0], each) for each in value)
    if hint is uuid.UUID or (isinstance(hint, type) and issubclass(hint, Enum)):
        return hint(value)
    if hint in (date, datetime):
        return hint.fromisoformat(value)
    return value
