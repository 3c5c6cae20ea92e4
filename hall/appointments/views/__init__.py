"""The pages of appointments: for citizens, for the desk, for the managers of the hall."""
