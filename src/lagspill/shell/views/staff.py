"""Pages of staff that show several capabilities: the start page and the caregiver's file."""
