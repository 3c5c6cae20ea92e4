"""Telling people: `notify()` writes the in-app note and the outgoing messages into the business transaction.

Templates are registered in code, in both languages, with their placeholders checked. What goes out is a row first
(`OutboxMessage`), committed as `sending` before the call, and sent under a key that stays the same: a crash in the
middle is followed by a resend under that key where the receiver knows keys, else by `unknown` for a person.
"""

from portal.core.notifications.inbox import mark_all_read, mark_read, notifications_of, unread_count
from portal.core.notifications.notify import Contact, notify
from portal.core.notifications.outbox import close_message, resend_message
from portal.core.notifications.templates import Template, Words, check_templates, register

__all__ = [
    "Contact",
    "Template",
    "Words",
    "check_templates",
    "close_message",
    "mark_all_read",
    "mark_read",
    "notifications_of",
    "notify",
    "register",
    "resend_message",
    "unread_count",
]
