"""What ratings refuse, in words for people."""

from django.utils.translation import gettext_lazy as _

from portal.core.errors import DomainError


class AlreadyRated(DomainError):
    """One subject, one rating."""

    code = "already_rated"
    default_message = _("This service has been rated already. Each service can be rated once; thank you.")


class InvitationExpired(DomainError):
    """The link's time is over."""

    code = "rating_expired"
    status = 410
    default_message = _(
        "The time for this rating is over. If something is wrong, please tell us under “Tell us what is wrong”."
    )


class TabletRevoked(DomainError):
    """The device is let in no more."""

    code = "tablet_revoked"
    status = 410
    default_message = _("This tablet is no longer in use. Please ask the hall's manager for a new link.")
