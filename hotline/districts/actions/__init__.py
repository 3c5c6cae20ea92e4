"""What changes assignments, platforms and messages: the public face of the room."""

from hotline.districts.actions.incoming import receive
from hotline.districts.actions.inner import assign, take_step
from hotline.districts.actions.platforms import PlatformDraft, pause, renew_secret, save_platform
from hotline.districts.actions.pushes import send_again, settle

__all__ = [
    "PlatformDraft",
    "assign",
    "pause",
    "receive",
    "renew_secret",
    "save_platform",
    "send_again",
    "settle",
    "take_step",
]
