"""Cases as the API gives them out: plain dictionaries from `values()`, personal data masked unless the token may."""

import json
from collections.abc import Mapping
from typing import Any

from approvals.cases.answers import answers_of
from approvals.cases.models import CaseContent
from portal.core.identity import mask_name, mask_phone, mask_resident
from portal.core.models import Event

CASE_COLUMNS = (
    "id", "number", "external_id", "source", "channel", "kind", "state", "state_version", "applicant_type",
    "applicant_name", "submitted_at", "received_on", "answer_due_on", "supplement_due_on", "accepted_at",
    "legal_days", "promised_days", "promised_due_on", "legal_due_on", "stopped_on", "extended_days", "decided_at",
    "outcome", "ended_on", "elapsed_days", "revoked_on", "pledged", "imported", "item__code", "item__name",
    "department__code", "organisation__uscc",
)  # fmt: skip
PLAIN = (
    "id", "number", "external_id", "source", "channel", "kind", "state", "state_version", "received_on",
    "answer_due_on", "supplement_due_on", "legal_days", "promised_days", "promised_due_on", "legal_due_on",
    "stopped_on", "extended_days", "ended_on", "elapsed_days", "revoked_on", "pledged", "imported",
)  # fmt: skip
MOMENTS = ("submitted_at", "accepted_at", "decided_at")
HIDDEN = frozenset({"before"})  # columns kept so that a step can be undone: nothing for other systems


def moment(value: Any) -> str | None:
    return value.isoformat() if value is not None else None


def case_row(row: Mapping[str, Any], *, personal: bool) -> dict[str, Any]:
    """One row of the list."""
    firm, name = row["applicant_type"] == "organisation", row["applicant_name"]
    return {
        **{column: row[column] for column in PLAIN},
        **{column: moment(row[column]) for column in MOMENTS},
        "item": row["item__code"],
        "item_name": row["item__name"],
        "department": row["department__code"],
        "outcome": row["outcome"] or None,
        "applicant": {
            "type": row["applicant_type"],
            "name": name if personal or firm or not name else mask_name(name),
            "uscc": row["organisation__uscc"],
        },
    }


def personal_part(content: CaseContent | None, *, personal: bool) -> dict[str, Any]:
    """Telephone, identity number and answers; without the scope masked, and no answers at all."""
    if content is None:
        return {"phone": None, "resident_number": None, "answers": None}
    phone, number = content.phone, content.resident_number
    if personal:
        return {"phone": phone or None, "resident_number": number or None, "answers": answers_of(content)}
    return {
        "phone": mask_phone(phone) if phone else None,
        "resident_number": mask_resident(number) if number else None,
        "answers": None,
    }


def event_row(event: Event) -> dict[str, Any]:
    """One event: what changed, when, and whether a person, a system or the portal itself did it."""
    data: dict[str, Any] = json.loads(event.body)["data"]
    return {
        "case": event.stream_id,
        "sequence": event.sequence,
        "type": event.type,
        "at": event.at.isoformat(),
        "actor": "portal" if event.actor_id is None else "system" if event.role == "system" else "person",
        "state_before": event.from_state,
        "state_after": event.to_state,
        "data": {name: value for name, value in data.items() if name not in HIDDEN},
    }


def material_row(row: Any) -> dict[str, Any]:
    file = row.file
    return {
        "id": row.pk,
        "material": row.material.code if row.material else None,
        "title": row.title,
        "on_paper": row.on_paper,
        "file": {"name": file.name, "size": file.size, "mime": file.mime, "sha256": file.sha256} if file else None,
        "added_at": moment(row.added_at),
        "replaced_at": moment(row.replaced_at),
    }
