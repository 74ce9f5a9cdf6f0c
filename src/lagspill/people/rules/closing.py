"""Why a file may be closed. Codes, never free text."""

from __future__ import annotations

from enum import StrEnum


class CloseReason(StrEnum):
    """What ended it."""

    NOT_A_CAREGIVER = "not_a_caregiver"
    DECLINED = "declined"
    BEREAVED = "bereaved"
    MOVED = "moved"
    DIED = "died"
    DUPLICATE = "duplicate"
    CHILD_TRACK = "child_track"
