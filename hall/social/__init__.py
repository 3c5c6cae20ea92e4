"""Social supervisors (社会监督员): the register, the draw for a visit with its published proof, visits, their outcome."""
