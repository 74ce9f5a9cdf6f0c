"""Pages of conversations, by who opens them: staff inviting, staff talking, and the caregiver's own."""
