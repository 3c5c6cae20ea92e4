"""Appointments: the slots of a day, who booked them, who came."""
