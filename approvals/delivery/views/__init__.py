"""Faces of deliveries: the applicant, the issuing window, the demonstration carrier."""
