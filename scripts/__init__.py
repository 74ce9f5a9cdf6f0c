"""What ./run does, step by step. Standard library only; nothing here is part of the served program."""
