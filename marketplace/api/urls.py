"""The public API, `/api/v1`. Reading needs no key: everything here is on a public chain."""

from csp.decorators import csp_update
from ninja import NinjaAPI

from marketplace.api import deployment, errors, licences, works

# Swagger UI, served from our own origin, sets its own inline styles.
docs_policy = csp_update({"style-src": ["'unsafe-inline'"]})

api = NinjaAPI(
    title="Mintmark",
    version="1",
    description=(
        "Works, their licence offers, holders and payments, as read from the chain. Amounts are decimal strings in "
        "the asset's smallest unit (`1000000` is one USDC), because JavaScript numbers are exact only to 2^53. "
        "Errors are problem details (RFC 9457)."
    ),
    urls_namespace="api",
    docs_decorator=docs_policy,
)
api.add_router("", deployment.router)
api.add_router("", works.router)
api.add_router("", licences.router)
api.add_router("", errors.router)  # last: it takes what the others left
errors.install(api)
