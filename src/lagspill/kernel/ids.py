"""Ids: UUIDv7, so that rows written together lie together, and nobody can guess the next one (ADR 4)."""

from __future__ import annotations

import uuid

from uuid_utils.compat import uuid7


def new_id() -> uuid.UUID:
    """A new time-ordered id (RFC 9562 version 7)."""
    return uuid7()
