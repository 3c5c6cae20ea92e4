"""What changes the rows of this room, one file for each subject."""

from portal.supervision.monitoring.actions.accountability import AccountabilityDraft, propose, take_record_step
from portal.supervision.monitoring.actions.acts import ActDraft, issue, remind_lamp, take_act_step
from portal.supervision.monitoring.actions.alerts import subscribe, unsubscribe
from portal.supervision.monitoring.actions.samples import draw_week, review

__all__ = [
    "AccountabilityDraft",
    "ActDraft",
    "draw_week",
    "issue",
    "propose",
    "remind_lamp",
    "review",
    "subscribe",
    "take_act_step",
    "take_record_step",
    "unsubscribe",
]
