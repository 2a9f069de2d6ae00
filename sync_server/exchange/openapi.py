"""The request bodies in the OpenAPI description: the handlers read raw bytes, so Litestar can't tell by itself."""

from dataclasses import dataclass
from typing import Any

import msgspec
from litestar.openapi.spec import Operation, RequestBody

from survey.exchange import EnrolmentRequest, Request


@dataclass
class StructBody(RequestBody):
    """A body described by a msgspec struct, all of its parts inline."""

    struct: type[msgspec.Struct] | None = None

    def to_schema(self) -> dict[str, Any]:
        schema = msgspec.json.schema(self.struct)
        inline = _inline(schema, schema.get("$defs", {}))
        inline.pop("$defs", None)
        return {"required": True, "content": {"application/json": {"schema": inline}}}


@dataclass
class ExchangeOperation(Operation):
    def __post_init__(self) -> None:  # Litestar names no body for a handler that reads it raw
        self.request_body = StructBody(content={}, struct=Request)


@dataclass
class EnrolmentOperation(Operation):
    def __post_init__(self) -> None:
        self.request_body = StructBody(content={}, struct=EnrolmentRequest)


def _inline(part: Any, definitions: dict[str, Any]) -> Any:
    if isinstance(part, list):
        return [_inline(item, definitions) for item in part]
    if not isinstance(part, dict):
        return part
    if "$ref" in part:
        return _inline(definitions[part["$ref"].rpartition("/")[2]], definitions)
    return {key: _inline(value, definitions) for key, value in part.items()}
