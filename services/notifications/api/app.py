"""The application: all routes, their problems, the edge."""

from typing import Any, Final

from fastapi import FastAPI

from notifications.api import (
    acknowledgements,
    alerts,
    deliveries,
    docs,
    endpoints,
    ledger,
    maintenance_windows,
    operational,
    problems,
    recipients,
    sandbox,
    subscriptions,
)  # fmt: skip
from notifications.api.edge import Edge
from notifications.api.guard import GuardedRoute, refuse_unguarded
from notifications.api.services import Services

VERSION: Final = "1.0.0"

_PROBLEM: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "instance"],
    "properties": {
        "type": {"type": "string", "enum": [f"urn:anze:problem:{code}" for code in problems.TITLES]},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "what to do about it"},
        "instance": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "pointer": {"type": "string", "description": "JSON pointer into the body, or into the query"},
                    "reason": {"type": "string"},
                },
            },
        },
    },
}

_REFUSALS: Final[dict[int | str, dict[str, Any]]] = {
    status: {"description": words, "content": {problems.MEDIA_TYPE: {"schema": _PROBLEM}}}
    for status, words in (("4XX", "Refused: the problem says why and what to do"), ("5XX", "Not possible now"))
}


class _Application(FastAPI):
    """The application with a description that is made when somebody first asks for it: no start waits for it."""

    def openapi(self) -> dict[str, Any]:
        """Return the OpenAPI document."""
        document = super().openapi()
        document["components"]["securitySchemes"] = {
            "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
        }
        return document


def create_app(services: Services) -> FastAPI:
    """Build the application; UnguardedRouteError when a route names no roles."""
    app = _with_routes()
    app.state.services = services
    problems.install(app)
    app.add_middleware(Edge, new_id=services.new_id)
    return app


def describe() -> dict[str, Any]:
    """Return the OpenAPI document, which needs nothing that runs."""
    return _with_routes().openapi()


def _with_routes() -> FastAPI:
    app = _Application(
        title="Anze notifications",
        version=VERSION,
        description="Takes alerts, finds who is to hear them, and delivers them.",
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        swagger_ui_oauth2_redirect_url=None,
        responses=_REFUSALS,
    )
    app.router.route_class = GuardedRoute
    for part in (
        ledger, alerts, acknowledgements, deliveries, recipients, endpoints, subscriptions, maintenance_windows,
        sandbox, operational, docs,
    ):  # fmt: skip
        app.include_router(part.router)
    app.include_router(deliveries.of_endpoints)
    refuse_unguarded(app)
    return app
