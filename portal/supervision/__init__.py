"""The roof that supervisors stand on: lamps, boards, reports."""
