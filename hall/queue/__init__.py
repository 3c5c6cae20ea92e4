"""Tickets of the hall's queues, from taking a number to the end of the service."""
