"""What the municipality has said it will do: owner, date, state, history.

A measure of an agreement creates one promise, which alone holds owner, date and state. Not the agreement's words.
"""
