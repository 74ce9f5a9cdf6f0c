"""The two kinds of refusal. Everything else that is raised is a bug and is left alone (house style 3.8)."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any


class Refusal(Exception):
    """Common ground of both refusals: a stable code, never free text about a person."""

    def __init__(self, code: str, **details: Any) -> None:
        super().__init__(code)
        self.code = code
        self.details: Mapping[str, Any] = details


class NotAllowed(Refusal):
    """Policy said no. Answered 404 unless `known`: the actor may already see that the thing exists (then 403)."""

    def __init__(
        self, code: str, *, known: bool = False, noun: str = "", object_id: uuid.UUID | None = None
    ) -> None:
        super().__init__(code, noun=noun, object_id=object_id)
        self.known = known
        self.noun = noun
        self.object_id = object_id


class NotFound(NotAllowed):
    """No such thing in the actor's sight. Same answer and same traces as for what is hidden."""

    def __init__(self, noun: str = "", object_id: uuid.UUID | None = None) -> None:
        super().__init__("not_found", noun=noun, object_id=object_id)


class NotPossible(Refusal):
    """The domain says no, in words fit for the user: `code` has a sentence in `content/reasons.toml`. Answered 422."""


class Stale(NotPossible):
    """Somebody saved in between. Answered 409 with both versions; `mine` and `theirs` are what the page shows."""

    def __init__(self, code: str = "stale", *, mine: object = None, theirs: object = None) -> None:
        super().__init__(code, mine=mine, theirs=theirs)
        self.mine = mine
        self.theirs = theirs
