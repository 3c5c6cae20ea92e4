"""What requests and answers look like. The answers are plain dictionaries: their shapes serve the schema alone."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter
from rest_framework import serializers as s

from portal.core.api.shapes import CURSOR, NO_CONTENT, ONCE, described, optional, paged, shape

# Views read all of them here.
__all__ = ["CURSOR", "NO_CONTENT", "ONCE", "described", "optional", "paged", "shape"]

IF_MATCH = OpenApiParameter(
    "If-Match",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    required=True,
    description="The ETag of the case as it was read; 428 without it, 412 when the case has changed since.",
)

# --- who --------------------------------------------------------------------------------------------------------------

ME = shape(
    "Me",
    client=s.CharField(),
    name=s.CharField(),
    kind=s.ChoiceField(["system", "device"]),
    department=optional(s.CharField),
    token=s.CharField(help_text="The token's public prefix."),
    scopes=s.ListField(child=s.CharField()),
    expires_at=s.DateTimeField(),
    rate_per_minute=s.IntegerField(),
)

# --- rankings ---------------------------------------------------------------------------------------------------------

RANKING_FIELDS: dict[str, Any] = {
    "week": s.CharField(help_text="As ISO 8601 names it, for instance 2026-W46."),
    "first": s.DateField(help_text="Its Monday, which names it in the address."),
    "last": s.DateField(),
    "edition": s.IntegerField(),
    "version": s.IntegerField(help_text="The version of the indicators."),
    "published_at": s.DateTimeField(),
}
RANKING = shape("Ranking", **RANKING_FIELDS)
RANKED_INDICATOR = shape(
    "RankedIndicator",
    code=s.CharField(),
    title=s.CharField(),
    value=optional(s.FloatField, help_text="Shares in percent; null where there was nothing to measure."),
    unit=s.ChoiceField(["share", "days", "minutes", "count"]),
    numerator=s.IntegerField(),
    denominator=optional(s.IntegerField),
    weight=s.FloatField(help_text="Of 100, after spreading the weights of what was left out."),
    points=s.FloatField(),
    left_out=s.CharField(help_text="Why it does not count: nothing or sample; empty where it does."),
)
RANKED_DEPARTMENT = shape(
    "RankedDepartment",
    span=s.ChoiceField(["week", "year"]),
    department=s.CharField(),
    name=s.CharField(),
    rank=optional(s.IntegerField, help_text="Null where too little could be measured."),
    points=optional(s.FloatField),
    measured_weight=s.IntegerField(),
    indicators=s.ListField(child=RANKED_INDICATOR),
)
RANKING_WITH_ROWS = shape(
    "RankingWithRows", **RANKING_FIELDS, full_points=s.IntegerField(), rows=s.ListField(child=RANKED_DEPARTMENT)
)

# --- catalogue --------------------------------------------------------------------------------------------------------

DEPARTMENT = shape(
    "Department",
    code=s.CharField(),
    name=s.CharField(),
    name_en=s.CharField(),
    level=s.ChoiceField(["city", "district", "township", "village"]),
    phone=s.CharField(),
    closed_on=optional(s.DateField),
)
ITEM_FIELDS: dict[str, Any] = {
    "code": s.CharField(),
    "name": s.CharField(),
    "name_en": s.CharField(),
    "department": s.CharField(),
    "type": s.ChoiceField(["permit", "confirmation", "benefit", "reward", "ruling", "other_power", "service"]),
    "status": s.ChoiceField(["published", "suspended", "cancelled", "merged"]),
    "enterprise": s.BooleanField(),
    "version": optional(s.IntegerField),
    "kind": optional(s.ChoiceField, choices=["immediate", "promise"]),
    "legal_days": optional(s.IntegerField, help_text="Working days."),
    "promised_days": optional(s.IntegerField, help_text="Working days."),
    "fee_fen": optional(s.IntegerField, help_text="Fen; 0 = free."),
    "online": optional(s.BooleanField),
    "visits": optional(s.IntegerField),
}
ITEM = shape("Item", **ITEM_FIELDS)
MATERIAL = shape(
    "Material",
    code=s.CharField(),
    name=s.CharField(),
    name_en=s.CharField(),
    required=s.BooleanField(),
    tolerable=s.BooleanField(),
    committable=s.BooleanField(),
    kind=s.ChoiceField(["original", "copy", "electronic"]),
    copies=s.IntegerField(),
    note=s.CharField(),
)
GUIDE = shape(
    "Guide",
    **ITEM_FIELDS,
    open_to_filing=s.BooleanField(),
    conditions=s.CharField(),
    legal_grounds=s.ListField(child=s.DictField()),
    channels=s.ListField(child=s.CharField()),
    review_steps=s.IntegerField(),
    valid_from=optional(s.DateField),
    valid_to=optional(s.DateField),
    materials=s.ListField(child=MATERIAL),
    form_schema=optional(s.DictField, help_text="JSON Schema (2020-12) of `answers`; null where there is no form."),
)
VERSION = shape(
    "Version",
    number=s.IntegerField(),
    state=s.ChoiceField(["published", "retired"]),
    kind=s.ChoiceField(["immediate", "promise"]),
    legal_days=optional(s.IntegerField),
    promised_days=optional(s.IntegerField),
    fee_fen=optional(s.IntegerField),
    valid_from=optional(s.DateField),
    valid_to=optional(s.DateField),
)

# --- cases ------------------------------------------------------------------------------------------------------------

APPLICANT = shape(
    "Applicant",
    type=s.ChoiceField(["person", "organisation"]),
    name=s.CharField(help_text="Masked without cases:personal."),
    uscc=optional(s.CharField),
)
CASE_FIELDS: dict[str, Any] = {
    "id": s.IntegerField(),
    "number": optional(s.CharField),
    "external_id": s.CharField(),
    "source": s.CharField(),
    "item": s.CharField(),
    "item_name": s.CharField(),
    "department": s.CharField(),
    "channel": s.CharField(),
    "kind": s.ChoiceField(["immediate", "promise"]),
    "state": s.CharField(),
    "state_version": s.IntegerField(),
    "applicant": APPLICANT,
    "submitted_at": optional(s.DateTimeField),
    "received_on": optional(s.DateField),
    "answer_due_on": optional(s.DateField),
    "supplement_due_on": optional(s.DateField),
    "accepted_at": optional(s.DateTimeField),
    "legal_days": optional(s.IntegerField),
    "promised_days": optional(s.IntegerField),
    "promised_due_on": optional(s.DateField),
    "legal_due_on": optional(s.DateField),
    "stopped_on": optional(s.DateField),
    "extended_days": s.IntegerField(),
    "decided_at": optional(s.DateTimeField),
    "outcome": optional(s.CharField),
    "ended_on": optional(s.DateField),
    "elapsed_days": optional(s.IntegerField),
    "revoked_on": optional(s.DateField),
    "pledged": s.BooleanField(),
    "imported": s.BooleanField(),
}
CASE = shape("Case", **CASE_FIELDS)
PERSONAL = shape(
    "Personal",
    phone=optional(s.CharField),
    resident_number=optional(s.CharField),
    answers=optional(s.DictField, help_text="Only with cases:personal."),
)
CASE_READ = shape("CaseRead", **CASE_FIELDS, query_code=s.CharField(), personal=PERSONAL)
MADE = shape(
    "CaseMade",
    id=s.IntegerField(),
    number=optional(s.CharField),
    state_version=s.IntegerField(),
)
STEPPED = shape(
    "StepTaken",
    id=s.IntegerField(),
    number=optional(s.CharField),
    state=s.CharField(),
    state_version=s.IntegerField(),
    proposal=optional(s.IntegerField, help_text="Set where a second pair of eyes in the portal has to confirm."),
    at=s.DateTimeField(),
)
ASK = shape(
    "Ask",
    name=s.CharField(),
    kind=s.ChoiceField(["text", "choice", "choices", "days", "date"]),
    label=s.CharField(),
    required=s.BooleanField(),
    choices=s.ListField(child=s.CharField()),
    minimum=s.IntegerField(),
    maximum=s.IntegerField(),
)
TRANSITION = shape(
    "Transition",
    code=s.CharField(),
    label=s.CharField(),
    needs_confirmation=s.BooleanField(),
    asks=s.ListField(child=ASK),
)
ENTRY = shape("TimelineEntry", at=optional(s.DateTimeField), title=s.CharField(), by=s.CharField(), note=s.CharField())
EVENT = shape(
    "Event",
    case=s.IntegerField(),
    sequence=s.IntegerField(help_text="Of the case's own events, without gaps."),
    type=s.CharField(),
    at=s.DateTimeField(),
    actor=s.ChoiceField(["person", "system", "portal"]),
    state_before=s.CharField(),
    state_after=s.CharField(),
    data=s.DictField(),
)
STORED = shape("StoredFile", name=s.CharField(), size=s.IntegerField(), mime=s.CharField(), sha256=s.CharField())
BROUGHT = shape(
    "CaseMaterial",
    id=s.IntegerField(),
    material=optional(s.CharField, help_text="Code of the item's material; null for other papers."),
    title=s.CharField(),
    on_paper=s.BooleanField(),
    file=optional(type(STORED)),
    added_at=s.DateTimeField(),
    replaced_at=optional(s.DateTimeField),
)
DOCUMENT = shape(
    "Document", code=s.CharField(), title=s.CharField(), mime=s.CharField(), made_at=optional(s.DateTimeField)
)

# --- packages ---------------------------------------------------------------------------------------------------------

PACKAGE_FIELDS: dict[str, Any] = {
    "code": s.CharField(),
    "audience": s.CharField(help_text="person or organisation."),
    "department": s.CharField(help_text="The leading department."),
    "name": s.CharField(),
    "name_en": s.CharField(),
    "version": s.IntegerField(),
    "promised_days": s.IntegerField(help_text="Working days from the acceptance of the last part."),
    "visits": s.IntegerField(),
}
PACKAGE = shape("Package", **PACKAGE_FIELDS)
CHOICE = shape("PackageChoice", value=s.CharField(), label=s.CharField())
QUESTION = shape("PackageQuestion", code=s.CharField(), text=s.CharField(), choices=s.ListField(child=CHOICE))
CLAUSE = shape("PackageClause", question=s.CharField(), values=s.ListField(child=s.CharField()))
PACKAGE_ITEM = shape(
    "PackageItem",
    item=s.CharField(),
    name=s.CharField(),
    department=s.CharField(),
    condition=s.ListField(child=CLAUSE, help_text="All of them hold where the item applies; empty = always."),
)
PACKAGE_READ = shape(
    "PackageRead", **PACKAGE_FIELDS, questions=s.ListField(child=QUESTION), items=s.ListField(child=PACKAGE_ITEM)
)
VERDICT = shape(
    "PackageVerdict",
    item=s.CharField(),
    name=s.CharField(),
    department=s.CharField(),
    applies=s.BooleanField(),
    filed=s.BooleanField(help_text="It applies and was not left out."),
    reasons=s.ListField(child=s.CharField()),
)
MERGED = shape(
    "PackageMaterial",
    key=s.CharField(help_text="For `on_paper`, `files` and `later`."),
    name=s.CharField(),
    required=s.BooleanField(),
    kind=s.ChoiceField(["original", "copy", "electronic"]),
    items=s.ListField(child=s.CharField()),
    follows_until=optional(s.DateField, help_text="The last day for `later`; null where it may not follow."),
)
PACKAGE_GUIDE = shape(
    "PackageGuide",
    items=s.ListField(child=VERDICT),
    materials=s.ListField(child=MERGED),
    form_schema=optional(s.DictField, help_text="JSON Schema (2020-12) of `answers`; null where nothing is asked."),
)
FILED_PART = shape("PackagePartMade", item=s.CharField(), case=s.IntegerField(), number=s.CharField())
PACKAGE_MADE = shape(
    "PackageMade",
    id=s.IntegerField(),
    number=s.CharField(),
    query_code=s.CharField(),
    parts=s.ListField(child=FILED_PART),
)
PACKAGE_FILING_FIELDS: dict[str, Any] = {
    "id": s.IntegerField(),
    "number": s.CharField(),
    "external_id": s.CharField(),
    "package": s.CharField(),
    "channel": s.CharField(),
    "state": s.CharField(help_text="filed, running, concluded or withdrawn."),
    "outcome": optional(s.CharField, help_text="granted, partly, refused or withdrawn; null before the end."),
    "submitted_at": optional(s.DateTimeField),
    "promised_days": optional(s.IntegerField),
    "due_on": optional(s.DateField),
    "ended_on": optional(s.DateField),
    "parts_filed": s.IntegerField(),
}
PACKAGE_FILING = shape("PackageFiling", **PACKAGE_FILING_FIELDS)
PACKAGE_PART = shape(
    "PackagePart",
    item=s.CharField(),
    case=s.IntegerField(),
    number=s.CharField(),
    department=s.CharField(),
    state=s.CharField(),
    outcome=optional(s.CharField),
)
PACKAGE_STATUS = shape("PackageStatus", **PACKAGE_FILING_FIELDS, parts=s.ListField(child=PACKAGE_PART))

UPLOAD = shape(
    "Upload",
    id=s.IntegerField(),
    name=s.CharField(),
    mime=s.CharField(),
    size=s.IntegerField(help_text="Bytes."),
    sha256=s.CharField(),
    until=s.DateTimeField(help_text="It waits until then for a filing that names it."),
)

PROMISED = shape(
    "PromisedMaterial",
    id=s.IntegerField(),
    material=s.CharField(help_text="Code of the item's material."),
    name=s.CharField(),
    due_on=s.DateField(help_text="The last day for it."),
    state=s.ChoiceField(["promised", "brought", "settled", "lapsed", "void"]),
    brought_on=optional(s.DateField),
    note=s.CharField(help_text="Why what was brought was sent back."),
    decides_first=s.BooleanField(help_text="The decision does not wait for it."),
)

# --- imports ----------------------------------------------------------------------------------------------------------

COUNTS = shape(
    "ImportCounts",
    read=s.IntegerField(),
    created=s.IntegerField(),
    updated=s.IntegerField(),
    unchanged=s.IntegerField(),
    rejected=s.IntegerField(),
)
IMPORT = shape(
    "Import",
    id=s.IntegerField(),
    form=s.CharField(),
    source=s.CharField(),
    file_name=s.CharField(),
    state=s.ChoiceField(["uploaded", "running", "done", "failed", "cancelled"]),
    percent=s.IntegerField(),
    counts=COUNTS,
    failure=s.CharField(),
    created_at=s.DateTimeField(),
    finished_at=optional(s.DateTimeField),
)

# --- webhooks ---------------------------------------------------------------------------------------------------------

WEBHOOK_FIELDS: dict[str, Any] = {
    "id": s.IntegerField(),
    "url": s.CharField(),
    "events": s.ListField(child=s.CharField()),
    "state": s.ChoiceField(["active", "paused", "disabled"]),
    "failing_since": optional(s.DateTimeField),
    "created_at": s.DateTimeField(),
}
WEBHOOK = shape("Webhook", **WEBHOOK_FIELDS)
WEBHOOK_MADE = shape("WebhookMade", **WEBHOOK_FIELDS, secret=s.CharField(help_text="Shown once."))
ATTEMPT = shape(
    "Attempt",
    at=s.DateTimeField(),
    status=optional(s.IntegerField),
    error=s.CharField(),
    milliseconds=s.IntegerField(),
)
DELIVERY = shape(
    "Delivery",
    id=s.CharField(help_text="The header webhook-id: the same for every attempt."),
    event=s.CharField(),
    case=optional(s.IntegerField),
    sequence=optional(s.IntegerField),
    state=s.ChoiceField(["waiting", "delivered", "parked"]),
    attempts=s.IntegerField(),
    created_at=s.DateTimeField(),
    delivered_at=optional(s.DateTimeField),
    last_status=optional(s.IntegerField),
    last_error=s.CharField(),
)
REPLAYED = shape("Replayed", deliveries=s.IntegerField())


def listed(name: str, row: Any) -> Any:
    """A short list that comes whole."""
    return shape(name, results=s.ListField(child=row))


FILING_EXAMPLE = OpenApiExample(
    "A person at the department's own window",
    value={
        "external_id": "OA-2026-000123",
        "item": "SCJG-001",
        "channel": "counter",
        "applicant": {
            "type": "person",
            "name": "王小明",
            "phone": "13800000000",
            "resident_number": "110105199001010010",
        },
        "answers": {},
        "on_paper": ["application"],
        "submit": True,
    },
    request_only=True,
)
STEP_EXAMPLE = OpenApiExample(
    "Ask for a supplement",
    value={"inputs": {"missing": [], "text": "请补充营业场所证明。", "limit_days": 15}},
    request_only=True,
)
