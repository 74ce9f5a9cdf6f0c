"""The demo world: a municipality's life around caregivers, built through operations, with dates relative to today.

Fixed seed: the same day gives the same world. Built in one transaction, so that a kill leaves nothing half done.
"""
