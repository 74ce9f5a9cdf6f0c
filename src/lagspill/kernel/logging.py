"""One log line per event: name and ids as key=value, never a person's name, number or words."""

from __future__ import annotations

import logging

_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime"}
#: What may stand in a line beside the event's name. Everything else is dropped, whoever logged it.
ALLOWED = frozenset(
    {
        "view",
        "reason",
        "job",
        "job_id",
        "municipality",
        "object_id",
        "rule",
        "count",
        "status",
        "error",
    }
)


class LineFormatter(logging.Formatter):
    """`2026-11-24T10:00:00+0000 INFO lagspill.refusal refusal view=card reason=not_found`."""

    def format(self, record: logging.LogRecord) -> str:
        extra = {k: v for k, v in vars(record).items() if k not in _STANDARD and k in ALLOWED}
        # Libraries put values into their messages; ours never do, so only ours are written out in full.
        event = record.getMessage() if record.name.startswith("lagspill") else str(record.msg)[:200]
        words = [
            self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            record.levelname,
            record.name,
            event,
        ]
        line = " ".join([*words, *(f"{k}={v}" for k, v in sorted(extra.items()))])
        if record.exc_info and record.exc_info[0] is not None:
            # The frames, without the message: it may quote a row.
            frames = []
            trace = record.exc_info[2]
            while trace is not None:
                code = trace.tb_frame.f_code
                frames.append(
                    f"{code.co_filename.rsplit('/', 2)[-1]}:{trace.tb_lineno}:{code.co_name}"
                )
                trace = trace.tb_next
            line += f" error={record.exc_info[0].__name__} at={' > '.join(frames[-8:])}"
        return line
