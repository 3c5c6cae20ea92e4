"""Which extension is whose."""

from django.utils.translation import gettext_lazy as _

from hotline.calls import policies
from hotline.calls.models import Extension
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.db import lock_name
from portal.core.errors import Invalid, NotAllowed
from portal.core.events import record
from portal.core.time import now
from portal.people.models import User


@action
def assign_extension(actor: Actor, user_id: int, code: str) -> Extension | None:
    """Give a person an extension; an empty code takes it away. Whoever had the code loses it.

    Raises NotAllowed, Invalid for a person who takes no calls.
    """
    if actor.user is None or not policies.may_assign_extensions(actor.user):
        raise NotAllowed()
    person = User.objects.filter(pk=user_id, is_active=True).first()
    if person is None or not policies.may_use_desk(person):
        raise Invalid(fields={"user": _("Choose somebody who takes calls.")})
    code = code.strip()
    if len(code) > 32 or not (code.isascii() and code.isalnum() if code else True):
        raise Invalid(fields={"code": _("An extension is made of at most 32 letters and digits.")})
    lock_name("hotline.extensions")
    Extension.objects.filter(code=code).exclude(user=person).delete()
    if not code:
        Extension.objects.filter(user=person).delete()
        record(person, "extension.taken", actor)
        return None
    row, _made = Extension.objects.update_or_create(user=person, defaults={"code": code, "since": now()})
    record(person, "extension.given", actor, data={"extension": code})
    return row
