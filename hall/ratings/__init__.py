"""What people think of a service: invitations, ratings, and what follows from a bad one."""
