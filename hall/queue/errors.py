"""What the queue refuses, in words that say what to do."""

from django.utils.translation import gettext_lazy as _

from portal.core.errors import DomainError, Invalid


class HallClosed(DomainError):
    """No numbers are given now."""

    code = "hall_closed"
    default_message = _("The hall is closed now and gives no numbers. Please come during its opening hours.")


class QueueClosed(DomainError):
    """This queue gives no numbers."""

    code = "queue_closed"
    default_message = _("This queue gives no numbers at the moment. Please ask at the reception desk.")


class QueueFull(DomainError):
    """The day's limit is reached."""

    code = "queue_full"
    default_message = _("All numbers of this queue are taken for today. Please come on another day or book a time.")


class NoRemoteNumbers(DomainError):
    """Numbers of this queue are given in the hall only."""

    code = "no_remote_numbers"
    default_message = _("Numbers of this queue are given in the hall only.")


class AlreadyInLine(Invalid):
    """One telephone waits once."""

    code = "already_in_line"
    default_message = _("This telephone number already has a number for today. Give that one up first.")


class NobodyWaits(DomainError):
    """There is nobody to call."""

    code = "nobody_waits"
    default_message = _("Nobody waits in the queues of this window.")


class WindowBusy(DomainError):
    """One window serves one ticket."""

    code = "window_busy"
    default_message = _("A number is still at this window. Finish it, hold it or mark it as missed first.")


class WindowPaused(DomainError):
    """The window takes a break."""

    code = "window_paused"
    default_message = _("This window takes a break. End the break before you call.")


class WindowTaken(DomainError):
    """Somebody else sits there."""

    code = "window_taken"
    default_message = _("%(name)s already serves at this window. Ask them to leave it, or choose another window.")


class AtAnotherWindow(DomainError):
    """One person serves at one window."""

    code = "at_another_window"
    default_message = _(
        "You already serve at window %(window)s. A person serves at one window at a time: leave that one first."
    )


class NotAtWindow(DomainError):
    """The person's place at the window has ended."""

    code = "not_at_window"
    default_message = _("You are at no window now. Open your window first.")


class TooSoon(DomainError):
    """The call was made a moment ago."""

    code = "too_soon"
    default_message = _("This number was called a moment ago. You can call it again in %(seconds)s seconds.")


class RejoinedTooOften(DomainError):
    """Rejoining is limited."""

    code = "rejoined_too_often"
    default_message = _("This number has rejoined the line as often as it may. Please take a new one.")
