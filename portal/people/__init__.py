"""Who is who: users, citizens, organisations, departments, postings and roles."""
