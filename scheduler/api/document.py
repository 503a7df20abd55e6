"""The OpenAPI document, made of the same table as the routes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from scheduler.api.endpoint import Endpoint
from scheduler.workflows.tokens import SCOPES

_PARAMETER = re.compile(r"\{(\w+)\}")
_REFUSALS = {
    400: "It is no HTTP that can be understood.",
    401: "The key is missing, unknown or over.",
    403: "The person behind the key may not do this, or the key is not for it.",
    404: "There is nothing at this address.",
    409: "It has changed meanwhile; look again.",
    413: "The body is too large.",
    422: "What was sent does not fit; every fault is listed.",
}
_KINDS: dict[str, dict[str, Any]] = {
    "team": {"type": "string"},
    "week": {"type": "string", "format": "date"},
    "first": {"type": "string", "format": "date"},
    "last": {"type": "string", "format": "date"},
    "request_id": {"type": "integer", "minimum": 1, "maximum": 2**31 - 1},
}


def document(endpoints: Iterable[Endpoint]) -> dict[str, Any]:
    """Describe the endpoints as OpenAPI 3.1."""
    paths: dict[str, Any] = {}
    schemas: dict[str, Any] = {"Refusal": _refusal()}
    for each in endpoints:
        paths.setdefault(each.path, {})[each.method.lower()] = _operation(each, schemas)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Callboard", "version": "1"},
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{"key": []}],
    }


def _operation(endpoint: Endpoint, schemas: dict[str, Any]) -> dict[str, Any]:
    parameters = [
        {"name": name, "in": "path", "required": True, "schema": _KINDS[name]}
        for name in _PARAMETER.findall(endpoint.path)
    ]
    if endpoint.takes_agent:
        parameters.append({"name": "agent_id", "in": "query", "schema": {"type": "string"}})
    told: dict[str, Any] = {
        "operationId": endpoint.run.__name__.strip("_"),
        "summary": endpoint.summary,
        "description": f"Needs a key for `{endpoint.scope}` (there are: {', '.join(SCOPES)}).",
        "parameters": parameters,
        "responses": {
            str(endpoint.status): {
                "description": "Done.",
                "content": {"application/json": {"schema": {"type": "object"}}},
            },
            **{str(status): _refused(words) for status, words in _REFUSALS.items()},
        },
    }
    if endpoint.body is not None:
        schema = endpoint.body.json_schema(ref_template="#/components/schemas/{model}")
        schemas |= schema.pop("$defs", {})
        content = {"application/json": {"schema": schema}}
        told["requestBody"] = {"required": True, "content": content}
    return told


def _refused(words: str) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Refusal"}
    return {"description": words, "content": {"application/json": {"schema": schema}}}


def _refusal() -> dict[str, Any]:
    texts = {name: {"type": "string"} for name in ("where", "expected", "found")}
    fault = {"type": "object", "properties": texts, "required": list(texts)}
    return {
        "type": "object",
        "properties": {
            "error": {"type": "string"},
            "faults": {"type": "array", "items": fault},
        },
        "required": ["error"],
    }
