"""Rules that say when something is due, work items, escalation and worklists.

Built from facts alone; keeps its own table of what is due. Never a measurement in a list.
"""
