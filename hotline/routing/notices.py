"""What administrators and dispatchers are told about the rules of dispatch."""

from django.utils.translation import gettext_lazy as _

from portal.core.notifications import Template, register

RULE_OUT = register(
    Template(
        "routing.rule_out",
        _("A rule of dispatch is out of use: %(rule)s"),
        _("The rule “%(rule)s” cannot be used and was taken out of use. Reason: %(because)s Please mend it."),
        {"rule", "because"},
    )
)
