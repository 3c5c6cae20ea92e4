"""What each role gets at the addresses of the insight."""

from tests.permissions import nothing, only

overseers = ("hotline_dispatcher", "supervisor", "auditor", "administrator")
ROWS: list[tuple] = [
    ("insight:rates", nothing, only("department_head", *overseers)),
    ("insight:topics", nothing, only(*overseers)),
    ("insight:behind", nothing, only(*overseers, status=404)),
]
