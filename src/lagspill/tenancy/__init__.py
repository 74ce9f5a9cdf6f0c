"""Municipalities, networks and units; the current scope of a transaction; the scoped manager; row-level security.

Owns where a row belongs and the first half of "two locks". Not who may read it: that is `access` and each policy.
"""
