"""Which schema of a request is looked at, and the errors about it."""

from dataclasses import dataclass

from dragoman.domain.errors import RequestInvalid
from dragoman.engines.llama_cpp.constraints.references import Path


@dataclass(frozen=True, slots=True)
class Location:
    """Which schema of the request is looked at, for the error message."""

    name: str
    """`response_format`, or `function 'get_weather'`."""
    param: str
    code: str
    arguments: bool = False
    """Whether it is of a function's arguments."""


RESPONSE_FORMAT = Location("response_format", "response_format", "invalid_json_schema")


def tool_parameters(number: int, name: str) -> Location:
    """The schema of a function's arguments."""
    param = f"tools[{number}].function.parameters"
    return Location(f"function '{name}'", param, "invalid_function_parameters", arguments=True)


def refusal(where: Location, path: Path, fault: str) -> RequestInvalid:
    """The error for one fault, worded as OpenAI does."""
    context = "(" + ", ".join(f"'{step}'" for step in path) + ("," if len(path) == 1 else "") + ")"
    return RequestInvalid(
        f"Invalid schema for {where.name}: In context={context}, {fault}.",
        param=where.param,
        code=where.code,
    )


def unenforceable(where: Location) -> RequestInvalid:
    """The error for a schema that looks right but that no grammar can be made of."""
    problem = (
        "it cannot be enforced: no value is valid, options of 'oneOf' overlap, or it is too large"
    )
    return refusal(where, (), problem)
