"""How the schema speaks of tokens; imported at start, so that the generator knows."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension


class TokenScheme(OpenApiAuthenticationExtension):
    """`Authorization: Bearer hzt_…`."""

    target_class = "portal.people.clients.authentication.ClientAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "hzt_<prefix>_<secret>",
            "description": "A token of a system account, made by the centre's administrator, with scopes.",
        }


def with_scopes(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """Write the scope that an operation asks for into its description, where a reader looks for it."""
    for path, _regex, method, view in generator.endpoints:
        operation = result["paths"].get(path, {}).get(method.lower())
        scope = getattr(getattr(view, "cls", view), "scopes", {}).get(method.upper()) or getattr(
            view, "scopes", {}
        ).get(method.upper())
        if operation is not None and scope:
            words = operation.get("description", "")
            operation["description"] = f"{words}\n\nScope: `{scope}`".strip()
            operation["x-scope"] = scope
    return result
