"""Bodies that the API takes, checked before any action sees them."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers as s
from rest_framework.request import Request

from approvals.cases.actions.sent_in import Applicant, Filing
from approvals.cases.models import ApplicantType, Channel, PrincipalFields
from approvals.packages.actions.sent_along import FILES_A_MATERIAL, Later, PrincipalGiven
from approvals.packages.actions.sent_in import Sending
from approvals.pledges.sent_along import LaterGiven, Promises
from portal.core.api.problems import Faults
from portal.core.errors import Invalid

NO_FILE = _("Please choose the file of the material.")
NO_FORM = _("There is no form with this name.")
NO_MATERIAL = _("The item asks for no material with this code.")


class ApplicantInput(s.Serializer[Any]):
    """Who applies."""

    type = s.ChoiceField(choices=ApplicantType.values)
    name = s.CharField(max_length=200)
    phone = s.CharField(max_length=30, required=False, allow_blank=True)
    resident_number = s.CharField(max_length=30, required=False, allow_blank=True)
    uscc = s.CharField(max_length=30, required=False, allow_blank=True)


class PrincipalInput(s.Serializer[Any]):
    """Whom the applicant, then the agent, files for with a power of attorney."""

    name = s.CharField(max_length=200)
    resident_number = s.CharField(max_length=30)
    phone = s.CharField(max_length=30)
    relation = s.ChoiceField(choices=PrincipalFields.Relation.values, help_text="What the principal is to the agent.")
    power_of_attorney = s.ListField(
        child=s.IntegerField(min_value=1, max_value=2**63 - 1),
        min_length=1,
        max_length=FILES_A_MATERIAL,
        help_text="Uploads of the scan.",
    )


class MaterialLaterInput(s.Serializer[Any]):
    """A material that is to follow (容缺受理)."""

    material = s.CharField(max_length=40, help_text="Code of a required material that is `tolerable`.")
    due_on = s.DateField()
    agreed = s.BooleanField(help_text="The applicant gave the word for it.")


class FilingInput(s.Serializer[Any]):
    """A filing of a department's own system."""

    external_id = s.CharField(max_length=120, help_text="Your own number of the case; unique for your system.")
    item = s.CharField(max_length=80, help_text="Code of an item of your department.")
    channel = s.ChoiceField(choices=[one for one in Channel.values if one != "internal"], default="counter")
    applicant = ApplicantInput()
    answers = s.DictField(required=False, help_text="By the item's form_schema.")
    on_paper = s.ListField(
        child=s.CharField(max_length=40), required=False, max_length=100, help_text="Materials you hold on paper."
    )
    files = s.DictField(
        child=s.ListField(child=s.IntegerField(min_value=1, max_value=2**63 - 1), max_length=FILES_A_MATERIAL),
        required=False,
        help_text="{code of a material: uploads}",
    )
    later = MaterialLaterInput(many=True, required=False, help_text="Materials that the applicant promises to bring.")
    principal = PrincipalInput(required=False, help_text="Where the applicant files for another person.")
    submit = s.BooleanField(default=True, help_text="false keeps a draft, to upload materials first.")


class GuideInput(s.Serializer[Any]):
    """The answers to the questions of a package's guide."""

    guide = s.DictField(child=s.CharField(max_length=80), required=False, help_text="{question: value}")
    without = s.ListField(
        child=s.CharField(max_length=80), required=False, max_length=50, help_text="Items that apply and are left out."
    )


class LaterInput(s.Serializer[Any]):
    """A material that is to follow (容缺受理)."""

    key = s.CharField(max_length=60, help_text="Of a material with `follows_until`.")
    due_on = s.DateField(help_text="Up to the material's `follows_until`.")
    agreed = s.BooleanField(help_text="The applicant gave the word for it.")


class PackageFilingInput(GuideInput):
    """A filing of a package that the department leads."""

    external_id = s.CharField(max_length=80, help_text="Your own number of the filing; unique for your system.")
    package = s.SlugField(max_length=40)
    channel = s.ChoiceField(choices=[one for one in Channel.values if one != "internal"], default="counter")
    applicant = ApplicantInput()
    answers = s.DictField(required=False, help_text="By the guide's form_schema.")
    on_paper = s.ListField(
        child=s.CharField(max_length=60),
        required=False,
        max_length=200,
        help_text="Keys of materials you hold on paper.",
    )
    files = s.DictField(
        child=s.ListField(child=s.IntegerField(min_value=1, max_value=2**63 - 1), max_length=FILES_A_MATERIAL),
        required=False,
        help_text="{key of a material: uploads}",
    )
    later = LaterInput(many=True, required=False, help_text="Materials that the applicant promises to bring.")
    principal = PrincipalInput(required=False, help_text="Where the applicant files for another person.")


class UploadInput(s.Serializer[Any]):
    """A file, sent as multipart/form-data."""

    file = s.FileField(use_url=False)


class AnswersInput(s.Serializer[Any]):
    """All answers of a draft or a supplement."""

    answers = s.DictField()


class StepInput(s.Serializer[Any]):
    """What the step asks, by the names of its `asks`."""

    inputs = s.DictField(required=False)


class MaterialInput(s.Serializer[Any]):
    """A file, sent as multipart/form-data."""

    file = s.FileField(use_url=False)
    material = s.CharField(max_length=40, required=False, help_text="Code of the material; leave out for other papers.")


class BringInput(s.Serializer[Any]):
    """A promised material, sent as multipart/form-data: its files, or the word that you hold it on paper."""

    file = s.ListField(
        child=s.FileField(use_url=False), required=False, max_length=FILES_A_MATERIAL, help_text="Once for each file."
    )
    on_paper = s.BooleanField(default=False, help_text="You hold it on paper; then no file is needed.")


class ImportInput(s.Serializer[Any]):
    """A CSV or NDJSON file of the exchange's forms, sent as multipart/form-data."""

    form = s.CharField(max_length=32, help_text="`cases`; further forms as the centre opens them to departments.")
    timezone = s.CharField(max_length=64, default="Asia/Shanghai")
    file = s.FileField(use_url=False)
    start = s.BooleanField(default=True, help_text="false waits for a look at the preview.")


class WebhookInput(s.Serializer[Any]):
    """Where to send which events."""

    url = s.CharField(max_length=500)
    events = s.ListField(child=s.CharField(max_length=60), min_length=1, max_length=100)


class WebhookChange(s.Serializer[Any]):
    """A new address, other events, or on and off."""

    url = s.CharField(max_length=500, required=False)
    events = s.ListField(child=s.CharField(max_length=60), min_length=1, max_length=100, required=False)
    active = s.BooleanField(required=False)


class ReplayInput(s.Serializer[Any]):
    """One delivery, or all since a moment."""

    delivery = s.UUIDField(required=False)
    since = s.DateTimeField(required=False)


def checked(kind: type[s.Serializer[Any]], request: Request) -> dict[str, Any]:
    """The body by this form. Raises Faults with the place of every fault."""
    if not hasattr(request.data, "keys"):
        raise Faults({(): Invalid.default_message})
    form = kind(data=request.data)
    form.is_valid(raise_exception=True)
    found: dict[str, Any] = form.validated_data
    return found


def sending_of(given: dict[str, Any]) -> Sending:
    """The body of a package's filing as the action takes it."""
    return Sending(
        external_id=given["external_id"],
        package_code=given["package"],
        applicant=Applicant(**given["applicant"]),
        guide=given.get("guide", {}),
        without=given.get("without", ()),
        channel=given["channel"],
        answers=given.get("answers", {}),
        on_paper=given.get("on_paper", ()),
        files=given.get("files", {}),
        later=[Later(**one) for one in given.get("later", ())],
        principal=PrincipalGiven(**given["principal"]) if "principal" in given else None,
    )


def filing_of(given: dict[str, Any]) -> Filing:
    """The body of a filing as the action takes it."""
    return Filing(
        external_id=given["external_id"],
        item_code=given["item"],
        applicant=Applicant(**given["applicant"]),
        channel=given["channel"],
        answers=given.get("answers", {}),
        on_paper=given.get("on_paper", ()),
        submit=given["submit"],
        files=given.get("files", {}),
        principal=PrincipalGiven(**given["principal"]) if "principal" in given else None,
        later=Promises([LaterGiven(**one) for one in given["later"]]) if given.get("later") else None,
    )
