"""What leaves the house: outbox, mail, letters, and the queue of jobs with its worker.

Owns channels, attempts and what failed. Not what is said (capabilities) nor to whom it is safe (people's reach).
"""
