"""The organisations of a process, each once, under an identifier that is the same in every release of the portal."""

from typing import Any

from portal.people.models import Organisation

SCHEME = "CN-USCC"  # the unified social credit code (GB 32100)
ROLES = ("buyer", "procuringEntity", "tenderer", "supplier", "payer", "payee")


def party_id(organisation: Organisation) -> str:
    """The organisation's credit code under its scheme; it never changes, whatever the firm is called."""
    return f"{SCHEME}-{organisation.uscc}"


class Parties:
    """Collects who takes part. People are never parties: a firm's agents, contacts and legal person stay inside."""

    def __init__(self) -> None:
        self._found: dict[str, tuple[Organisation, set[str]]] = {}

    def named(self, organisation: Organisation, role: str) -> dict[str, Any]:
        """A reference to an organisation in a role."""
        code = party_id(organisation)
        self._found.setdefault(code, (organisation, set()))[1].add(role)
        return {"id": code, "name": organisation.name}

    def listed(self) -> list[dict[str, Any]]:
        """The parties with their roles, in the order in which they appear."""
        return [
            {
                "id": code, "name": one.name,
                "identifier": {"scheme": SCHEME, "id": one.uscc, "legalName": one.name},
                "roles": [role for role in ROLES if role in roles],
            }
            for code, (one, roles) in self._found.items()
        ]  # fmt: skip
