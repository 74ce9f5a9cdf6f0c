"""Pages over several capabilities: start pages, sign-in, errors, navigation, the demo world and its cast.

Owns no tables and no rules; asks each capability for a read model.
"""
