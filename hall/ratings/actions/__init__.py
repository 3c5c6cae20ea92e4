"""Use cases of ratings; what several of them share is a plain function."""

from hall.ratings.actions.calls import note_call, rate_by_call, take_call
from hall.ratings.actions.grievances import (
    GrievanceDraft,
    name_grievance_handler,
    say_what_is_wrong,
    take_grievance_step,
)
from hall.ratings.actions.rating import RatingDraft, rate
from hall.ratings.actions.rectifying import name_handler, take_step
from hall.ratings.actions.review import clear_flags, exclude, new_reason_list, publish_comment, take_in_again, withhold
from hall.ratings.actions.sweeps import light_lamps, settle_expired
from hall.ratings.actions.tablets import ask_at_window, issue_tablet, rate_at_tablet, revoke_tablet

__all__ = [
    "GrievanceDraft",
    "RatingDraft",
    "ask_at_window",
    "clear_flags",
    "exclude",
    "issue_tablet",
    "light_lamps",
    "name_grievance_handler",
    "name_handler",
    "new_reason_list",
    "note_call",
    "publish_comment",
    "rate",
    "rate_at_tablet",
    "rate_by_call",
    "revoke_tablet",
    "say_what_is_wrong",
    "settle_expired",
    "take_call",
    "take_grievance_step",
    "take_in_again",
    "take_step",
    "withhold",
]
