"""Check-ins for the demo world, through operations, at moments before now."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from lagspill.assessments import operations
from lagspill.kernel import content
from lagspill.kernel.actor import Actor


def answer_over_time(
    *,
    actor: Actor,
    now: datetime,
    file_id: uuid.UUID,
    given: Sequence[tuple[int, Sequence[int]]],
    is_shared: bool = True,
    wants_call: bool = False,
) -> list[uuid.UUID]:
    """Let a caregiver answer some days ago, each time with values in the order of the questions; ids of the answers.

    `wants_call` is the answer to the last one's closing question.
    """
    answers = []
    for place, (days_ago, values) in enumerate(given, start=1):
        then = now - timedelta(days=days_ago)
        sent = operations.submit_check_in(
            actor=actor,
            now=then,
            file_id=file_id,
            answers=_in_order(values),
            wants_call=wants_call and place == len(given),
        )
        if sent.answer_id is None:
            continue
        answers.append(sent.answer_id)
        if is_shared:
            operations.set_check_in_readers(
                actor=actor, now=then, answer_id=sent.answer_id, is_shared=True
            )
    return answers


def _in_order(values: Sequence[int]) -> Mapping[str, int]:
    items = content.instrument("egen-sjekk").items
    return {item.id: value for item, value in zip(items, values, strict=False)}
