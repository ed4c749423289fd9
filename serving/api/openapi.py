"""The description of the API, for people and for programs that generate clients from it.

`python -m serving.api` prints it.
"""

from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute

from serving.api import live_messages
from serving.api.problems import MEDIA_TYPE, Problem

_DESCRIPTION = f"""
Every request but the health checks carries `Authorization: Bearer <token>` or the cookie of
`POST /api/v1/session`. Every error is a problem (RFC 9457) that says what to do.

## Live pictures: WebSocket `/api/v1/live`

{live_messages.__doc__}
"""


class DocumentedApi(FastAPI):
    """FastAPI whose description tells how errors look and who may ask."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(
            title="Longan",
            version="0.1.0",
            description=_DESCRIPTION,
            docs_url=None,  # their pages load scripts from other hosts
            redoc_url=None,
            generate_unique_id_function=_operation_id,
            **settings,
        )

    def openapi(self) -> dict[str, Any]:
        if self.openapi_schema is None:
            self.openapi_schema = _with_problems(super().openapi())
        return self.openapi_schema


def _operation_id(route: APIRoute) -> str:
    return route.name


def _with_problems(schema: dict[str, Any]) -> dict[str, Any]:
    components = schema.setdefault("components", {})
    parts = components.setdefault("schemas", {})
    described = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    parts.update(described.pop("$defs", {}))
    parts["Problem"] = described
    for unused in ("HTTPValidationError", "ValidationError"):
        parts.pop(unused, None)
    components["securitySchemes"] = {
        "token": {"type": "http", "scheme": "bearer"},
        "session": {"type": "apiKey", "in": "cookie", "name": "longan_session"},
    }
    problem = {
        "description": "What is wrong and what to do",
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            operation["responses"].pop("422", None)
            operation["responses"]["4XX"] = problem
            operation["responses"]["503"] = problem
            if not path.endswith("z") and (method, path) != ("post", "/api/v1/session"):
                operation["security"] = [{"token": []}, {"session": []}]
    return schema
