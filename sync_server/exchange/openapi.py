"""The terminal's requests in the OpenAPI description: Litestar does not see them, they are answered before it."""

from dataclasses import dataclass, replace
from typing import Any

import msgspec
from litestar.openapi.spec import OpenAPI, Operation, PathItem, SecurityScheme

from survey.exchange import (
    ENROLMENT_PATH,
    PATH,
    PICTURE_PATH,
    EnrolmentReply,
    EnrolmentRequest,
    ErrorReply,
    PictureReply,
    PictureRequest,
    Reply,
    Request,
)

TOKEN = "terminalToken"  # noqa: S105  the name of the scheme


@dataclass
class StructsOperation(Operation):
    """A POST whose body and replies are described by msgspec structs, all of their parts inline."""

    request: type[msgspec.Struct] | None = None
    reply: type[msgspec.Struct] | None = None
    statuses: tuple[int, ...] = ()  # those with an ErrorReply

    def to_schema(self) -> dict[str, Any]:
        described = {
            "tags": ["terminal"],
            "summary": self.summary,
            "description": self.description,
            "operationId": self.operation_id,
            "security": self.security,
            "requestBody": {"required": True, **_content(self.request)},
            "responses": {
                "200": {"description": "It went well.", **_content(self.reply)},
                **{str(status): {"description": "It did not.", **_content(ErrorReply)} for status in self.statuses},
            },
        }
        return {key: value for key, value in described.items() if value is not None}


def describe(description: OpenAPI) -> None:
    """Add the terminal's requests to the description of the pages."""
    exchange = StructsOperation(
        summary="What is new here; what is new there?",
        description="A terminal's one request. Body: gzipped JSON; an empty batch is the heartbeat.",
        operation_id="Exchange",
        security=[{TOKEN: []}],
        request=Request,
        reply=Reply,
        statuses=(400, 401, 405, 408, 413, 503),
    )
    enrolment = StructsOperation(
        summary="A one-time code goes in, a token comes out",
        operation_id="Enrol",
        security=[],
        request=EnrolmentRequest,
        reply=EnrolmentReply,
        statuses=(400, 405, 408, 413, 503),
    )
    picture = StructsOperation(
        summary="A picture that the configuration names",
        operation_id="Picture",
        security=[{TOKEN: []}],
        request=PictureRequest,
        reply=PictureReply,
        statuses=(400, 401, 404, 405, 408, 413, 503),
    )
    token = SecurityScheme(type="http", scheme="bearer", description="The token from a terminal's enrolment.")
    schemes = (description.components.security_schemes or {}) | {TOKEN: token}
    description.components = replace(description.components, security_schemes=schemes)
    paths = description.paths or {}
    description.paths = paths | {
        PATH: PathItem(post=exchange),
        ENROLMENT_PATH: PathItem(post=enrolment),
        PICTURE_PATH: PathItem(post=picture),
    }


def _content(struct: type[msgspec.Struct] | None) -> dict[str, Any]:
    schema = msgspec.json.schema(struct)
    inline = _inline(schema, schema.get("$defs", {}))
    inline.pop("$defs", None)
    return {"content": {"application/json": {"schema": inline}}}


def _inline(part: Any, definitions: dict[str, Any]) -> Any:
    if isinstance(part, list):
        return [_inline(item, definitions) for item in part]
    if not isinstance(part, dict):
        return part
    if "$ref" in part:
        return _inline(definitions[part["$ref"].rpartition("/")[2]], definitions)
    return {key: _inline(value, definitions) for key, value in part.items()}
