"""Memberships, sign-in and doors: builds the Actor, and marks each address with who may knock.

Owns staff members, their grants and the tenant-free citizen identity. What an actor may read is each policy's matter.
"""
