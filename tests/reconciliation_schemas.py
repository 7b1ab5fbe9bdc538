"""JSON schemas of the answers of the Reconciliation Service API 0.2, written from its text and published schemas
(https://reconciliation-api.github.io/specs/0.2/)."""

from typing import Any

Schema = dict[str, Any]
TEXT: Schema = {"type": "string"}
NOT_EMPTY: Schema = {"type": "string", "minLength": 1}
URL: Schema = {"type": "string", "pattern": "^https?://"}
VIEW: Schema = {
    "type": "object",
    "required": ["url"],
    "properties": {"url": {"type": "string", "pattern": r"\{\{id\}\}"}},
}


def thing(**more: Schema) -> Schema:
    """An object with the identifier and name that entities, types and properties have."""
    return {"type": "object", "required": ["id", "name"], "properties": {"id": NOT_EMPTY, "name": NOT_EMPTY, **more}}


def listing(items: Schema) -> Schema:
    return {"type": "array", "items": items}


TYPE = thing(description=TEXT, broader=listing({"type": "object", "required": ["id", "name"]}))
TYPE_OR_ID: Schema = {
    "oneOf": [{"type": "object", "required": ["id"], "properties": {"id": NOT_EMPTY, "name": TEXT}}, NOT_EMPTY]
}
SERVICE: Schema = {
    "type": "object",
    "properties": {
        "service_url": URL,
        "service_path": TEXT,
        "flyout_service_url": URL,
        "flyout_service_path": {"type": "string", "pattern": r"\$\{id\}"},
    },
}
MANIFEST: Schema = {
    "type": "object",
    "required": ["versions", "name", "identifierSpace", "schemaSpace"],
    "properties": {
        "versions": {**listing(TEXT), "contains": {"const": "0.2"}},
        "name": NOT_EMPTY,
        "identifierSpace": {"type": "string", "format": "uri"},
        "schemaSpace": {"type": "string", "format": "uri"},
        "documentation": TEXT,
        "serviceVersion": TEXT,
        "logo": TEXT,
        "view": VIEW,
        "feature_view": VIEW,
        "defaultTypes": {**listing(TYPE), "uniqueItems": True},
        "batchSize": {"type": "integer", "minimum": 1},
        "suggest": {"type": "object", "properties": dict.fromkeys(("entity", "property", "type"), SERVICE)},
        "preview": {**VIEW, "required": ["url", "width", "height"]},
        "extend": {
            "type": "object",
            "properties": {
                "propose_properties": SERVICE,
                "property_settings": listing(
                    {
                        "type": "object",
                        "required": ["type", "label", "name"],
                        "properties": {"type": {"enum": ["number", "text", "checkbox", "select"]}},
                    }
                ),
            },
        },
    },
}
CANDIDATE: Schema = {
    "type": "object",
    "required": ["id", "name", "score"],
    "properties": {
        "id": NOT_EMPTY,
        "name": NOT_EMPTY,
        "description": TEXT,
        "type": listing(TYPE_OR_ID),
        "score": {"type": "number"},
        "match": {"type": "boolean"},
        "features": listing(
            {
                "type": "object",
                "required": ["id", "value"],
                "properties": {"id": NOT_EMPTY, "value": {"type": ["boolean", "number"]}},
            }
        ),
    },
}
RESULTS: Schema = {
    "type": "object",
    "additionalProperties": {
        "type": "object",
        "required": ["result"],
        "properties": {"result": listing(CANDIDATE)},
    },
}


def result(items: Schema) -> Schema:
    """The answer of a suggest service."""
    return {"type": "object", "required": ["result"], "properties": {"result": listing(items)}}


ENTITIES = result(thing(description=TEXT, notable=listing(TYPE_OR_ID)))
PROPERTIES = result(thing(description=TEXT))
TYPES = result(TYPE)
PROPOSED: Schema = {
    "type": "object",
    "required": ["properties"],
    "properties": {"properties": listing(thing()), "type": TEXT, "limit": {"type": "integer"}},
}


def only(**members: Schema) -> Schema:
    """An object with exactly these members."""
    return {"type": "object", "required": [*members], "properties": members, "additionalProperties": False}


VALUE: Schema = {
    "oneOf": [
        only(),
        {**only(id=TEXT, name=TEXT, description=TEXT), "required": ["id", "name"]},
        only(str=TEXT),
        only(float={"type": "number"}),
        only(int={"type": "integer"}),
        only(date={"type": "string", "pattern": r"^-?\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d"}),
    ]
}
EXTENSION: Schema = {
    "type": "object",
    "required": ["meta", "rows"],
    "properties": {
        "meta": listing(thing(type={"type": "object", "required": ["id"]}, service=URL)),
        "rows": {
            "type": "object",
            "additionalProperties": {"type": "object", "additionalProperties": listing(VALUE)},
        },
    },
}
