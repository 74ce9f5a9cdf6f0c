"""What every layer above may lean on: the actor, errors, clock, ids, facts, content. No domain, no tables."""
