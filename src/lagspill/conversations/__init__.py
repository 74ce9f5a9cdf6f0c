"""Invitations, preparation, talks and statements.

Owns what was said in and before a talk, each with its audience. Not what was agreed.
"""
