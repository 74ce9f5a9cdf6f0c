"""The append-only log of reads, writes and refusals, and the stored facts. Knows ids, not domains; no screens."""
