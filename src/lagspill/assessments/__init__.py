"""Instruments as data, answers, results and trend.

Owns what was answered. A score never decides anything and never stands in a list.
"""
