"""The faces of social supervision: the register, the centre's visits, a supervisor's own pages, the public ones."""
