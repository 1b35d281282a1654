"""The settings of the chat engine, and what the catalogue says of them."""

from dragoman.engines import kinds_by_engine
from dragoman.engines.llama_cpp.settings import Settings
from dragoman.models.catalogue import load


def test_the_catalogue_tells_no_longer_context_than_the_engine_takes() -> None:
    chats = [
        model for model in load(engines=kinds_by_engine()).model if model.engine == "llama-cpp"
    ]
    listed = {model.id: model.context for model in chats}
    taken = {model.id: Settings.of(model.options).context for model in chats}
    assert {
        name for name, context in listed.items() if not context or context > taken[name]
    } == set()
