"""The OpenAPI document, put together of the operations that a server serves."""

import re
from collections.abc import Collection, Mapping
from typing import Any

from pydantic import BaseModel

from dragoman.wire.openapi import answers
from dragoman.wire.openapi.answers import Bodies
from dragoman.wire.openapi.operation import EVENTS, FORM, JSON, Operation
from dragoman.wire.openapi.operations import OF_HEALTH, OPERATIONS
from dragoman.wire.openapi.shapes import Schema, either, string
from dragoman.wire.openapi.text_bodies import SHARED

PATH_PARAMETER = re.compile(r"\{(\w+)\}")
ABOUT = (
    "OpenAI's Audio and Chat endpoints, served on your own machine with open models. Where a "
    "field says that it has no effect, the header `x-dragoman-ignored` of the answer names it."
)


def document(
    version: str, served: Collection[tuple[str, str]], *, keys: bool = False, root: str = "/"
) -> dict[str, Any]:
    """Build the document of OpenAPI 3.1 for the methods and paths that are `served`.

    `keys` says whether requests need an API key; `root` is the path under which the server is.
    """
    bodies = Bodies.build()
    paths: dict[str, dict[str, Any]] = {}
    for operation in OPERATIONS:
        if (operation.method, operation.path) in served:
            written = _operation(operation, bodies, keys=keys)
            paths.setdefault(operation.path, {})[operation.method] = written
    components: dict[str, Any] = {
        "schemas": {**SHARED, **bodies.components},
        "headers": answers.header_components(),
        "responses": answers.failure_components(bodies),
    }
    if keys:
        components["securitySchemes"] = {"key": {"type": "http", "scheme": "bearer"}}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Dragoman",
            "version": version,
            "description": ABOUT,
            "license": {"name": "Apache-2.0"},
        },
        "servers": [{"url": root}],
        **({"security": [{"key": []}]} if keys else {}),
        "paths": paths,
        "components": components,
    }


def _operation(operation: Operation, bodies: Bodies, *, keys: bool) -> dict[str, Any]:
    is_open = operation in OF_HEALTH
    always = () if is_open else (401,) if keys else (403,)
    if keys and operation.method == "post":
        always = (*always, 429)
    statuses = sorted({*operation.failures, *always, *(() if is_open else (500, 503))})
    responses = answers.failures(statuses)
    if operation.answers:
        responses = {"200": _answer(operation, bodies), **responses}
    if is_open and operation.path != "/livez":
        responses["503"] = {**_answer(operation, bodies), "description": "Not yet, or no more."}
    parameters = [*_path_parameters(operation), *_query_parameters(operation)]
    return {
        "operationId": operation.id,
        "summary": operation.summary,
        "tags": [operation.tag],
        **({"security": []} if keys and is_open else {}),
        **({"parameters": parameters} if parameters else {}),
        **({"requestBody": _body(operation)} if operation.body or operation.form else {}),
        "responses": responses,
    }


def _body(operation: Operation) -> dict[str, Any]:
    examples = {name: {"value": value} for name, value in operation.examples.items()}
    content: dict[str, Any] = {}
    if operation.body:
        content[JSON] = {"schema": operation.body(), "examples": examples}
    if operation.form:
        content[FORM] = {"schema": operation.form(), "examples": examples}
    return {"required": True, "content": content}


def _answer(operation: Operation, bodies: Bodies) -> dict[str, Any]:
    return {
        "description": "The answer.",
        "headers": answers.headers(*operation.headers),
        "content": {
            kind: _content(kind, [_schema(body, bodies) for body in written])
            for kind, written in operation.answers.items()
        },
    }


def _content(kind: str, schemas: list[Schema]) -> Mapping[str, Any]:
    if not schemas:  # a file
        return {}
    schema = schemas[0] if len(schemas) == 1 else either(*schemas)
    if kind == EVENTS:
        return {"schema": _event(schema)}
    return {"schema": schema}


def _event(schema: Schema) -> Schema:
    """One event of a stream: its name, if it has one, and its data, JSON as text.

    The last event of a stream without names (which is the name `message`) is no JSON.
    """
    data = {**string(), "contentMediaType": JSON, "contentSchema": schema}
    event: Schema = {"type": "object", "properties": {"event": string(), "data": data}}
    marks: Schema = {"event": {"const": "message"}, "data": {"const": "[DONE]"}}
    return either(event, {"type": "object", "properties": marks, "required": ["data"]})


def _schema(body: type[BaseModel] | Schema, bodies: Bodies) -> Schema:
    return bodies.refs[body] if isinstance(body, type) else body


def _path_parameters(operation: Operation) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "path", "required": True, "schema": string(shortest=1)}
        for name in PATH_PARAMETER.findall(operation.path)
    ]


def _query_parameters(operation: Operation) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "in": "query",
            "schema": schema,
            **({"style": "deepObject", "explode": True} if schema["type"] == "object" else {}),
        }
        for name, schema in operation.query.items()
        if isinstance(schema.get("type"), str)
    ]
