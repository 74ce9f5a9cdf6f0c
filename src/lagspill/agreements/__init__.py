"""Versions of the agreement, task sharing, measures, contingency, confirmations, the card, the journal extract.

Owns what both sides confirmed. Promises hold their own state.
"""
