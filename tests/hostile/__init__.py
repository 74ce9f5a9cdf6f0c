"""Bad input and faults: hostile requests to every address, broken commands, and canaries that must stay where they are."""
