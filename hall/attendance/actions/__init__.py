"""What changes attendance: clocking in and out, the day's plan, posts left empty, corrections and the set-up."""

from hall.attendance.actions.clocking import clock_in, clock_out, scan, use_code
from hall.attendance.actions.manage import (
    add_pattern,
    close_device,
    correct_shift,
    end_pattern,
    make_device,
)
from hall.attendance.actions.portal import count_begun, end_found, plan_day, plan_days, watch_posts, write_found
from hall.attendance.actions.posts import take_step

__all__ = [
    "add_pattern",
    "clock_in",
    "clock_out",
    "close_device",
    "correct_shift",
    "count_begun",
    "end_found",
    "end_pattern",
    "make_device",
    "plan_day",
    "plan_days",
    "scan",
    "take_step",
    "use_code",
    "watch_posts",
    "write_found",
]
