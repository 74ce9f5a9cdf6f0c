"""Persons, the caregiver's file and its parties, relations, items with their audience, safe contact, units serving.

Owns "who may read what" for every item of the system (`rules.audiences_for`, `policy.readable`). Not what the items
say: each capability keeps its own words and points to an item here.
"""
