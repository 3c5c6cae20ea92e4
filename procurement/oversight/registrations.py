"""What this room hangs into the house: rules, navigation, panels, files, jobs, exports, words of the history."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core import access, files
from portal.core.events import on_event
from portal.core.registries import STAFF, TRADING, register_nav, register_panel
from portal.core.rule_book import TITLES
from portal.core.rules import name_values
from portal.people.history import register_history
from portal.people.roles import Role
from procurement.oversight import exports, jobs
from procurement.oversight.actions import FILE_KIND, STREAM, may_read_file
from procurement.oversight.lifecycle import LEAD
from procurement.oversight.models import Lead
from procurement.oversight.rules import OVERSIGHT_RULES, WORDS

WATCHERS = {Role.SUPERVISOR.value, Role.AUDITOR.value}


def connect() -> None:
    """Called in `ready()`."""
    from procurement.oversight.views import panels  # views read the models of all apps

    TITLES.update({one.code: one.title for one in OVERSIGHT_RULES})
    name_values(WORDS)
    for event in jobs.EVENTS:
        on_event(event, jobs.SCREEN)
    files.register_policy(FILE_KIND, may_read_file)
    access.register_stream(STREAM, _("Lead on collusion"), link=_link, readers=WATCHERS)
    access.register_words(
        {
            f"file:{FILE_KIND}": _("File of a lead"),
            "oversight:lead": _("Lead on collusion"),
            "oversight:evidence": _("Kept evidence"),
            "oversight:tender": _("Signs of a tender"),
            "oversight:firm": _("Profile of a firm"),
            "oversight:pair": _("Pair of firms"),
        }
    )
    register_nav(STAFF, _("Leads on collusion"), "oversight:leads", WATCHERS, order=76, group=TRADING)
    register_panel("tenders.project", "oversight", panels.tender_panel, order=90)
    register_panel("tenders.tender", "oversight", panels.tender_panel, order=90)
    exports.register()
    register_history(
        {
            "lead.opened": pgettext_lazy("history", "Lead opened"),
            "lead.sign_added": pgettext_lazy("history", "Signs added"),
            "lead.sign_withdrawn": pgettext_lazy("history", "A sign was withdrawn: its ground is gone"),
            "lead.asked": pgettext_lazy("history", "Letter of inquiry sent"),
            "lead.answered": pgettext_lazy("history", "Answer entered"),
            "lead.unanswered": pgettext_lazy("history", "Entered that no answer came"),
            "lead.noted": pgettext_lazy("history", "Note written"),
            "lead.files_added": pgettext_lazy("history", "Files added"),
            **{f"lead.{code}": step.told for code, step in LEAD.transitions.items()},
        }
    )


def _link(pk: int) -> str:
    return reverse("oversight:lead", args=[Lead.objects.values_list("number", flat=True).get(pk=pk)])
