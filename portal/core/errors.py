"""The one family of errors that people are shown: pages, API and imports all say the same sentence."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

type_of_message = str | Promise


class DomainError(Exception):
    """Something the rules forbid. `message` says in the reader's language what to do about it.

    `code` is stable and goes into the API's problem details (RFC 9457); `params` fill the message's placeholders. Where the
    message itself has a placeholder `%(code)s`, that is what `code` fills, and the error keeps the code of its class.
    """

    code = "refused"
    status = 409
    default_message: type_of_message = _("This cannot be done.")

    def __init__(self, message: type_of_message | None = None, *, code: str | None = None, **params: Any) -> None:
        self.raw_message = message or self.default_message
        self.params = params
        if code is not None and "%(code)s" in str(self.raw_message):
            self.params["code"] = code
        else:
            self.code = code or self.code
        super().__init__(self.code)

    @property
    def message(self) -> str:
        text = str(self.raw_message)
        return text % self.params if self.params else text

    def __str__(self) -> str:
        return self.message


class NotFound(DomainError):
    """Missing, or not for this reader's eyes: the answer is the same."""

    code = "not_found"
    status = 404
    default_message = _("We cannot find this. Please check the number or go back to the list.")


class NotAllowed(DomainError):
    """The reader may see the thing but not do this to it."""

    code = "not_allowed"
    status = 403
    default_message = _("Your role does not allow this step.")


class Stale(DomainError):
    """Somebody else was faster: the page shows an older state than the row has."""

    code = "stale"
    default_message = _(
        "Somebody else has changed this in the meantime. What you typed is kept below; please check the new state"
        " and try again."
    )


class WrongState(DomainError):
    """The step does not exist from the present state."""

    code = "wrong_state"
    default_message = _("This step is no longer possible, because the state has changed. Please check the timeline.")


class Invalid(DomainError):
    """Input that breaks a rule; `fields` maps a field's name to what is wrong with it."""

    code = "invalid"
    status = 422
    default_message = _("Please correct what is marked below.")

    def __init__(
        self,
        message: type_of_message | None = None,
        *,
        fields: Mapping[str, type_of_message] | None = None,
        code: str | None = None,
        **params: Any,
    ) -> None:
        super().__init__(message, code=code, **params)
        self.fields = dict(fields or {})
