"""The child track: that a child under 16 is next of kin to somebody ill, and what has been done for the child.

Read by child-responsible staff of the unit alone. Not a file, not a task, never a child's words; young people of 16 and 17
have a file of their own in `people`.
"""
