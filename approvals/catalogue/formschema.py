"""A form definition as JSON Schema (2020-12), for departments' own systems that file through the API."""

from typing import Any

from approvals.catalogue.formdef import FormDefinition, FormField, ShowIf

_TYPES: dict[str, dict[str, Any]] = {
    "text": {"type": "string"},
    "textarea": {"type": "string"},
    "number": {"type": "integer"},
    "money": {"type": "integer", "description": "fen"},
    "date": {"type": "string", "format": "date"},
    "yesno": {"type": "boolean"},
    "phone": {"type": "string", "minLength": 3, "maxLength": 30},
    "resident_number": {"type": "string", "pattern": r"^\d{17}[\dX]$"},
    "uscc": {"type": "string", "pattern": "^[0-9A-HJ-NPQRTUWXY]{18}$"},
    "address": {"type": "string", "minLength": 4, "maxLength": 200},
}


def to_json_schema(definition: FormDefinition) -> dict[str, Any]:
    """The schema of the answers: flat, by field code; a field with a condition is required under if/then only."""
    always: list[str] = []
    conditional: list[dict[str, Any]] = []
    for section in definition.sections:
        for question in section.fields:
            conditions = [c for c in (section.show_if, question.show_if) if c is not None]
            if not question.required:
                continue
            if conditions:
                conditional.append({"if": _when(definition, conditions), "then": {"required": [question.code]}})
            else:
                always.append(question.code)
    schema: dict[str, Any] = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "properties": {question.code: _property(question) for question in definition.fields()},
        "required": always,
        "additionalProperties": False,
    }
    return schema | ({"allOf": conditional} if conditional else {})


def _when(definition: FormDefinition, conditions: list[ShowIf]) -> dict[str, Any]:
    properties: dict[str, Any] = {}
    for condition in conditions:
        many = definition.field(condition.field).type == "multichoice"
        test: dict[str, Any] = {"const": condition.equals}
        properties[condition.field] = {"contains": test} if many else test
    return {"properties": properties, "required": [c.field for c in conditions]}


def _property(question: FormField) -> dict[str, Any]:
    spec = question.spec
    values = [choice["value"] for choice in spec.get("choices", ())]
    if question.type == "choice":
        made: dict[str, Any] = {"type": "string", "enum": values}
    elif question.type == "multichoice":
        made = {"type": "array", "items": {"type": "string", "enum": values}, "uniqueItems": True, "minItems": 1}
    else:
        made = dict(_TYPES[question.type])
    if question.type == "number" and spec.get("decimals"):
        made = {"type": "string", "pattern": r"^-?\d+(\.\d+)?$"}
    elif question.type == "number":
        made |= {key: spec[bound] for key, bound in (("minimum", "min"), ("maximum", "max")) if bound in spec}
    if question.type == "money":
        made |= {key: int(spec[b] * 100) for key, b in (("minimum", "min"), ("maximum", "max")) if b in spec}
    if question.type in {"text", "textarea"}:
        made["maxLength"] = int(spec.get("max_length", 100 if question.type == "text" else 1000))
    return {"title": spec["label"], **made}
