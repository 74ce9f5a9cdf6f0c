"""Lagspill: a file of their own for family caregivers, and an agreement that is kept."""
