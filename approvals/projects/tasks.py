"""Celery entry points of joint review: thin, safe to repeat."""

from approvals.projects import actions
from portal.celery import app


@app.task(name="projects.sweep")
def sweep() -> int:
    """Reminders, silence that counts, lapsed opinions, overdue tasks and points."""
    total = 0
    for step in (
        actions.light_amber,
        actions.mark_silent_due,
        actions.lapse_due,
        actions.light_tasks,
        actions.light_points,
    ):
        while done := step():
            total += done
    return total
