"""How departments' systems and the hall's devices are let in: scopes, tokens, networks, limits. Any floor above uses it.

    class Tickets(ClientView):
        scopes = {"GET": "hall:queue"}

An app registers its own scopes in `ready()` with `register_scope`.
"""

from portal.people.clients.scopes import ALL_SCOPES, register_scope, scope_choices
from portal.people.clients.views import ClientView, client_of

__all__ = ["ALL_SCOPES", "ClientView", "client_of", "register_scope", "scope_choices"]
