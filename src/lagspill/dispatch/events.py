"""Facts about what leaves the house."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from lagspill.kernel.facts import Fact


@dataclass(frozen=True)
class MessageFailed(Fact):
    """A queued message will not arrive: somebody must call instead.

    `reason`: blocked (the channel is no longer allowed), refused, address (both by the mail server), or what kept the
    last attempt from going through.
    """

    file_id: uuid.UUID
    message_id: uuid.UUID
    notice: str
    reason: str


@dataclass(frozen=True)
class MessageSent(Fact):
    """A message was taken over by the mail server: what waited for it to leave may take effect."""

    file_id: uuid.UUID
    message_id: uuid.UUID
    notice: str
