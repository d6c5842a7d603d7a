"""How APIs call the constraint that an input breaks: `isEnum`, `too_big`, `NotNull`, `less_than_equal`."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping

from metermock.server.generation.words.error_codes import forms_of

_LARGE = ("maximum", "exclusiveMaximum")
_SMALL = ("minimum", "exclusiveMinimum")
_LONG = ("maxLength", "maxItems", "maxProperties")
_SHORT = ("minLength", "minItems", "minProperties", "empty")
_TYPE = re.compile(r"\bof types? \"?(array|boolean|integer|number|object|string)\b")
_FORMAT = re.compile(r'is not a(?:n)? "([^"]+)"')

PYDANTIC: Mapping[str, str] = {
    "missing": "missing",
    "required": "missing",
    "enum": "enum",
    "const": "literal_error",
    "maximum": "less_than_equal",
    "exclusiveMaximum": "less_than",
    "minimum": "greater_than_equal",
    "exclusiveMinimum": "greater_than",
    "multipleOf": "multiple_of",
    "minLength": "string_too_short",
    "empty": "string_too_short",
    "maxLength": "string_too_long",
    "minItems": "too_short",
    "maxItems": "too_long",
    "pattern": "string_pattern_mismatch",
    "unknown": "extra_forbidden",
    "additionalProperties": "extra_forbidden",
    "json": "json_invalid",
    "type:integer": "int_parsing",
    "type:number": "float_parsing",
    "type:boolean": "bool_parsing",
    "type:object": "dict_type",
    "type:array": "list_type",
    "type:string": "string_type",
    "format:date": "date_from_datetime_parsing",
    "format:date-time": "datetime_from_date_parsing",
    "format:uuid": "uuid_parsing",
    "format:uri": "url_parsing",
    "": "value_error",
}
ZOD: Mapping[str, str] = {
    **dict.fromkeys(("missing", "required", "type"), "invalid_type"),
    **dict.fromkeys((*_LARGE, *_LONG), "too_big"),
    **dict.fromkeys((*_SMALL, *_SHORT), "too_small"),
    **dict.fromkeys(("pattern", "format"), "invalid_string"),
    **dict.fromkeys(("unknown", "additionalProperties"), "unrecognized_keys"),
    "enum": "invalid_enum_value",
    "const": "invalid_literal",
    "multipleOf": "not_multiple_of",
    "anyOf": "invalid_union",
    "oneOf": "invalid_union",
    "": "custom",
}
SPRING: Mapping[str, str] = {
    **dict.fromkeys(("missing", "required"), "NotNull"),
    **dict.fromkeys(("type", "enum", "format"), "typeMismatch"),
    **dict.fromkeys(_LARGE, "Max"),
    **dict.fromkeys(_SMALL, "Min"),
    **dict.fromkeys((*_LONG, *_SHORT), "Size"),
    "empty": "NotBlank",
    "pattern": "Pattern",
    "format:email": "Email",
    "": "Invalid",
}
CLASS_VALIDATOR: Mapping[str, str] = {
    **dict.fromkeys(("missing", "required", "empty"), "isNotEmpty"),
    **dict.fromkeys(_LARGE, "max"),
    **dict.fromkeys(_SMALL, "min"),
    "enum": "isEnum",
    "const": "equals",
    "pattern": "matches",
    "multipleOf": "isDivisibleBy",
    "minLength": "minLength",
    "maxLength": "maxLength",
    "minItems": "arrayMinSize",
    "maxItems": "arrayMaxSize",
    "uniqueItems": "arrayUnique",
    **dict.fromkeys(("unknown", "additionalProperties"), "whitelistValidation"),
    "type:integer": "isInt",
    "type:number": "isNumber",
    "type:boolean": "isBoolean",
    "type:object": "isObject",
    "type:array": "isArray",
    "type:string": "isString",
    "format:date": "isDateString",
    "format:date-time": "isDateString",
    "format:email": "isEmail",
    "format:uuid": "isUUID",
    "format:uri": "isUrl",
    "": "customValidation",
}
_COMMON: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(
        ("missing", "required"),
        (
            *("missing", "required", "is_required", "missing_parameter", "missing_field", "missing_value"),
            *(
                "parameter_missing",
                "missing_required_parameter",
                "missing_required_field",
                "blank",
                "is_blank",
            ),
            *("required_field", "field_required", "invalid_type", "not_null", "not_present"),
        ),
    ),
    "empty": ("empty", "blank", "is_empty", "required", "missing", "too_short", "too_small", "not_empty"),
    "type": (
        *("type", "invalid_type", "wrong_type", "type_error", "type_mismatch", "incorrect_type", "bad_type"),
        *("not_a_number", "invalid_format"),
    ),
    **dict.fromkeys(
        ("enum", "const"),
        (
            *("enum", "invalid_enum_value", "not_in_enum", "invalid_enum", "invalid_choice", "inclusion"),
            *("not_allowed_value", "unsupported_value", "not_supported", "invalid_option", "one_of"),
        ),
    ),
    **dict.fromkeys(
        _LARGE,
        ("maximum", "max", "too_large", "too_big", "too_high", "above_maximum", "max_value", "out_of_range"),
    ),
    **dict.fromkeys(
        _SMALL,
        ("minimum", "min", "too_small", "too_low", "below_minimum", "min_value", "out_of_range"),
    ),
    **dict.fromkeys(_LONG, ("too_long", "max_length", "length", "too_big", "too_many", "out_of_range")),
    **dict.fromkeys(_SHORT[:-1], ("too_short", "min_length", "length", "too_small", "too_few", "blank")),
    "pattern": ("pattern", "invalid_format", "pattern_mismatch", "bad_format", "format", "invalid_string"),
    "format": ("format", "invalid_format", "bad_format", "format_error", "invalid_string", "malformed"),
    **dict.fromkeys(
        ("unknown", "additionalProperties"),
        (
            *("unknown", "unknown_parameter", "unknown_field", "unexpected", "unrecognized", "not_permitted"),
            *(
                "unexpected_parameter",
                "unrecognized_keys",
                "extra",
                "extra_forbidden",
                "additional_properties",
            ),
        ),
    ),
}
_ANY = (
    *("invalid", "invalid_value", "invalid_parameter", "invalid_field", "value_invalid", "invalid_input"),
    *("parameter_invalid", "bad_value", "validation_error", "validation_failed", "constraint_violation"),
    *("bad_request", "invalid_request", "custom", "other"),
)


def in_dialect(words: Mapping[str, str], kind: str, message: str) -> str:
    """What a library calls a constraint."""
    typed = _TYPE.search(message) if kind == "type" else _FORMAT.search(message) if kind == "format" else None
    named = words.get(f"{kind}:{typed[1]}") if typed else None
    return named or words.get(kind, words[""])


def expected(kind: str, message: str) -> str | None:
    """The type that a value should have had, where that is what is wrong with it."""
    found = _TYPE.search(message) if kind == "type" else None
    return found and found[1]


def common(kind: str) -> Iterator[str]:
    """The codes of a constraint for a document that lists its codes, the likeliest first."""
    for code in (kind, *_COMMON.get(kind, ()), *_ANY):
        yield from forms_of(code)


def dialect_of(fields: Collection[str], shown: str) -> Mapping[str, str] | None:
    """The library whose rows have these fields and such a code; None for the document's own words."""
    if {"loc", "msg", "type"} <= set(fields):
        return PYDANTIC
    if "constraints" in fields:
        return CLASS_VALIDATOR
    if {"default_message", "rejected_value"} <= set(fields) or shown in SPRING.values():
        return SPRING
    is_of_zod = {"expected", "received"} <= set(fields) or shown in set(ZOD.values()) - {"custom"}
    return ZOD if is_of_zod and "path" in fields else None
