"""The list of models, and what a server says where nothing is."""

from collections.abc import Sequence
from urllib.parse import quote

from dragoman.conformance.check import MODELS, Check, NotTried, check
from dragoman.conformance.checks.faults import refusal
from dragoman.conformance.reading import array, equal, require, text, whole
from dragoman.conformance.server import NO_SUCH_MODEL, Server

MOST_MODELS = 100


@check("models.list", MODELS)
async def listed(server: Server) -> str:
    """The list names each model with id, object, created and owned_by."""
    document = await _list(server)
    equal(document, "object", "list")
    models = array(document, "data")
    for model in models[:MOST_MODELS]:
        text(model, "id")
        equal(model, "object", "model")
        whole(model, "created")
        text(model, "owned_by")
    return f"{len(models)} models"


@check("models.one", MODELS)
async def one(server: Server) -> None:
    """One model is had by its id."""
    models = array(await _list(server), "data")
    if not models:
        raise NotTried("the list is empty")
    name = text(models[0], "id")
    answer = server.accepted(await server.send("GET", f"{MODELS.path}/{quote(name, safe='')}"))
    equal(answer.json(), "id", name)


@check("models.unknown", MODELS)
async def unknown(server: Server) -> None:
    """An unknown model is a 404 with an error object."""
    refusal(await server.send("GET", f"{MODELS.path}/{NO_SUCH_MODEL}"), 404)


@check("models.unknown_path", MODELS)
async def unknown_path(server: Server) -> None:
    """A path that there is not is a 404 with an error object."""
    refusal(await server.send("GET", "/no-such-path"), 404)


@check("models.request_id", MODELS)
async def request_id(server: Server) -> None:
    """Every answer has the header x-request-id."""
    answer = server.accepted(await server.send("GET", MODELS.path))
    require(answer.headers.get("x-request-id"), "there is no x-request-id")


async def _list(server: Server) -> object:
    return server.accepted(await server.send("GET", MODELS.path)).json()


CHECKS: Sequence[Check] = (listed, one, unknown, unknown_path, request_id)
