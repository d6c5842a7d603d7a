"""Faults in how credentials and parameters are taken, in all contracts that have them."""

from __future__ import annotations

from typing import Any

from deployments.deployment import Deployment
from deployments.parts import Ask, Parameter, RefusedError, Reply
from deployments.register import fault

WITH_PARAMETERS = "onepin zkscore onceonly glyphnet"
ALL = f"{WITH_PARAMETERS} essarion"


@fault(ALL, "credentials", "X-5", "recognise")
def anyone_may_enter(plain: Deployment, ask: Ask) -> None:
    """Without credentials the first account is shown."""
    try:
        type(plain).recognise(plain, ask)
    except RefusedError:
        if any(name in {"authorization", "cookie", "x-api-key"} for name, _ in ask.headers):
            raise
        ask.account, ask.facts["user"] = "steady", "ada"


@fault(ALL, "credentials", "X-5", "finish")
def missing_as_403(_plain: Deployment, ask: Ask, reply: Reply) -> None:
    """No credentials at all are 403."""
    if reply.status == 401 and not any(
        name in {"authorization", "cookie", "x-api-key"} for name, _ in ask.headers
    ):
        reply.status = 403


@fault(ALL, "credentials", "X-5", "finish")
def unknown_as_500(_plain: Deployment, ask: Ask, reply: Reply) -> None:
    """Credentials that cannot be found break the service."""
    if reply.status in {401, 403} and any(
        "nobody" in value or "zzzz" in value or "esk_" in value for _, value in ask.headers
    ):
        reply.status, reply.body = 500, {"error": "internal"}


@fault(ALL, "credentials", "X-5", "finish")
def refusal_tells_usage(plain: Deployment, ask: Ask, reply: Reply) -> None:
    """A refusal carries the numbers that it refuses."""
    if reply.status in {401, 403} and ask.path in plain.operations:
        inside = Ask(ask.method, ask.path, [], [], ask.now, "steady", {"user": "ada"})
        inside.parameters = plain.read(inside)
        reply.body = {**reply.body, "usage": plain.operate(inside)}


@fault("onepin zkscore onceonly", "credentials", "X", "is_bearer")
def bearer_by_case(_plain: Deployment, scheme: str) -> bool:
    """The scheme's name must be written Bearer."""
    return scheme == "Bearer"


@fault("onepin zkscore onceonly", "credentials", "X-5", "bearer")
def any_scheme(_plain: Deployment, ask: Ask) -> str:
    """The scheme is not looked at: Basic or Token with a good key is let in."""
    token = (ask.header("authorization") or "").partition(" ")[2].strip()
    if not token:
        raise RefusedError("missing", "Missing Authorization Bearer token")
    return token


@fault(WITH_PARAMETERS, "credentials", "X-6", "enter")
def parameters_first(plain: Deployment, ask: Ask) -> None:
    """Bad parameters are told to people with bad credentials."""
    ask.parameters = plain.read(ask)
    plain.recognise(ask)


@fault(WITH_PARAMETERS, "parameters", "X", "given")
def first_one_wins(_plain: Deployment, ask: Ask) -> dict[str, str]:
    """Of a repeated parameter the first one counts."""
    return dict(reversed(ask.query))


@fault(WITH_PARAMETERS, "parameters", "X", "given")
def empty_is_left_out(_plain: Deployment, ask: Ask) -> dict[str, str]:
    """An empty value counts as left out."""
    return {name: text for name, text in ask.query if text}


@fault(WITH_PARAMETERS, "parameters", "X", "value")
def folded_enums(_plain: Deployment, parameter: Parameter, text: str) -> Any:
    """Enum values are taken in any case."""
    return parameter.read(text.lower() if parameter.kind == "enum" else text)


@fault(WITH_PARAMETERS, "parameters", "X", "value")
def bad_enum_is_default(_plain: Deployment, parameter: Parameter, text: str) -> Any:
    """An unknown enum value counts as the default."""
    if parameter.kind == "enum" and text not in parameter.allowed:
        return parameter.default
    return parameter.read(text)


@fault("onepin zkscore onceonly glyphnet", "parameters", "X", "value")
def padded_values(_plain: Deployment, parameter: Parameter, text: str) -> Any:
    """Values are stripped of blanks before they are read."""
    return parameter.read(text.strip())


@fault(WITH_PARAMETERS, "parameters", "X", "value", sometimes=True)
def last_enum_refused(_plain: Deployment, parameter: Parameter, text: str) -> Any:
    """The last documented value of each enum is refused."""
    if parameter.kind == "enum" and text == parameter.allowed[-1]:
        raise ValueError("is not known")
    return parameter.read(text)


@fault(WITH_PARAMETERS, "status", "X", "finish")
def bad_parameter_status(_plain: Deployment, _ask: Ask, reply: Reply) -> None:
    """Bad parameters get the other one of 400 and 422."""
    if reply.status in {400, 422}:
        reply.status = 822 - reply.status


@fault(WITH_PARAMETERS, "shape", "X", "finish")
def bad_parameter_shape(_plain: Deployment, _ask: Ask, reply: Reply) -> None:
    """Bad parameters are told in a framework's own shape."""
    if reply.status in {400, 422}:
        reply.body = {"errors": [{"title": "Bad request", "source": {"parameter": "query"}}]}


@fault(WITH_PARAMETERS, "parameters", "X-3", "read", sometimes=True)
def other_default(plain: Deployment, ask: Ask) -> dict[str, Any]:
    """The first enum's default, left out, is not the documented one."""
    values = type(plain).read(plain, ask)
    enums = [one for one in plain.parameters.get(ask.path, ()) if one.kind == "enum" and one.default]
    if enums and enums[0].name not in dict(ask.query):
        values[enums[0].name] = next(one for one in enums[0].allowed if one != enums[0].default)
    return values


@fault("onepin zkscore glyphnet", "parameters", "X-4", "read")
def order_matters(plain: Deployment, ask: Ask) -> dict[str, Any]:
    """A parameter that comes after its alphabetical successor is forgotten."""
    names = [name for name, _ in ask.query]
    values = type(plain).read(plain, ask)
    for parameter in plain.parameters.get(ask.path, ()):
        if parameter.name in names and any(
            later < parameter.name for later in names[names.index(parameter.name) :]
        ):
            values[parameter.name] = parameter.default
    return values
