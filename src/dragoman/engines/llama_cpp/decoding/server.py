"""llama.cpp's server in the process: an untyped library in, typed chunks out.

The library runs llama.cpp's server on threads of its own. Its HTTP port cannot be turned off; it is
bound to loopback behind a random key, and used here for what has no other way in: tokenizing and
the model's own chat template.
"""

import http.client
import json
import secrets
import signal
import threading
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

from dragoman.domain.chat import Alternative, TokenLogprob
from dragoman.domain.engine import Stopped
from dragoman.domain.errors import EngineFailed, EngineUnavailable
from dragoman.engines.llama_cpp.constraints.grammar import WITNESS, witnessed
from dragoman.engines.llama_cpp.decoding.backend import CompletionChunk
from dragoman.engines.llama_cpp.gguf import Head
from dragoman.engines.llama_cpp.prompt.vision import Shown, answered, as_completion
from dragoman.engines.llama_cpp.settings import Settings
from dragoman.engines.llama_cpp.vocabulary import named

CONNECT_S = 30.0


@contextmanager
def _signals_kept() -> Generator[None]:
    """Undo that llama.cpp takes the process's signals for itself."""
    if threading.current_thread() is not threading.main_thread():
        # Only the main thread may set handlers; whoever hosts an engine elsewhere sets his own.
        yield
        return
    kept = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in kept.items():
            if handler is not None:
                signal.signal(number, handler)


def _keep_to_one_model(library: Any, head: Head) -> None:  # noqa: ANN401 - it has no types
    """See that the process has never loaded other weights.

    llama.cpp keeps the tokenizer that its grammars work on for the whole process, and knows it by
    the address of the model's vocabulary. Another model that comes to lie there after the first is
    closed gets the wrong one: it aborts (`llama_vocab_n_tokens(vocab) ... failed`), or answers as
    no grammar allows.

    Raises:
        EngineUnavailable: it has.
    """
    # Noted at the library, whose state it is about.
    if not hasattr(library, "first_weights"):
        library.first_weights = head.digest
    if library.first_weights != head.digest:
        raise EngineUnavailable(
            f"llama.cpp takes one model a process, and this one has loaded another than {head.name}"
        )


class LlamaServer:
    """See `backend.Backend`: a model in llama.cpp's server."""

    def __init__(self, path: Path, head: Head, settings: Settings, threads: int) -> None:
        import xllamacpp  # noqa: PLC0415 - heavy, and reads the environment when imported

        library: Any = xllamacpp
        _keep_to_one_model(library, head)
        self.version: str = library.__version__
        self._names = {number: name for name, number in head.vocabulary.special.items()}
        self._key, self._neutral = secrets.token_hex(16), head.vocabulary.end
        params = library.CommonParams()
        params.model.path = str(path)
        params.n_ctx = settings.n_ctx
        params.n_parallel = settings.n_parallel
        params.kv_unified = True
        if settings.small:
            params.flash_attn_type = library.llama_flash_attn_type.LLAMA_FLASH_ATTN_TYPE_ENABLED
            params.cache_type_k = params.cache_type_v = library.ggml_type.GGML_TYPE_Q8_0
        params.n_batch = settings.n_batch
        params.n_ubatch = settings.n_batch
        params.cpuparams.n_threads = threads
        params.cpuparams_batch.n_threads = threads
        params.cache_ram_mib = settings.cache_ram_mib
        params.fit_params = False
        params.api_keys = [self._key]
        params.hostnames = ["127.0.0.1"]
        params.n_threads_http = 2
        params.ui = False
        params.verbosity = 0
        if settings.mmproj:
            params.mmproj.path = str(path.with_name(settings.mmproj))
            params.n_threads_http = settings.n_parallel + 2
        try:
            with _signals_kept():
                self._server: Any = library.Server(params)
        except RuntimeError as error:
            with_it = f" with {settings.mmproj}" if settings.mmproj else ""
            advice = '; with the option cache_type = "f16" it may' if settings.small else ""
            raise EngineUnavailable(
                f"llama.cpp cannot load {path.name}{with_it}: {error}{advice}"
            ) from error
        address: str = self._server.listening_address
        self._host, _, port = address.removeprefix("http://").rpartition(":")
        self._port = int(port)
        self.mark: str | None = self._get("/props")["media_marker"] if settings.mmproj else None
        """The marker of a picture in a prompt, unguessable; None: the model does not see."""

    @property
    def scorer(self) -> None:
        """See `Backend.scorer`: it gives logits after a prompt's last token only."""

    def tokens(self, pieces: Sequence[int | str]) -> list[int]:
        """Turn text into tokens; ids stay, and no text becomes a control token."""
        answer = self._post(
            "/tokenize", {"content": list(pieces), "add_special": False, "parse_special": False}
        )
        return answer["tokens"]

    def template(self, messages: Sequence[Mapping[str, str]]) -> str:
        """The conversation as the model's own template writes it."""
        return self._post("/apply-template", {"messages": list(messages)})["prompt"]

    def complete(
        self, body: Mapping[str, Any], on_chunk: Callable[[CompletionChunk], bool]
    ) -> None:
        """Decode; `on_chunk` returns True to stop all choices before their next token.

        Raises:
            EngineFailed: the library refused or broke.
        """
        if self.mark is not None:
            with self._server_says(body) as chunks:
                for chunk in chunks:
                    if on_chunk(self._chunk(as_completion(chunk))):
                        return
            return
        raised: list[BaseException] = []

        # The library swallows what its callback raises.
        def on_json(chunk: Mapping[str, Any]) -> bool:
            try:
                return on_chunk(self._chunk(chunk))
            except BaseException as error:  # noqa: BLE001 - raised again below
                raised.append(error)
                return True

        self._server.handle_completions({**body, "stream": True}, on_json)
        if raised:
            raise raised[0]

    def builds(self, grammar: str, stopped: Callable[[], bool]) -> bool:
        """See `Backend.builds`: one token of work, behind a character that no model writes.

        Building is one step of the library, which `constraints/schema.py`
        and llguidance's own limits bound.

        Raises:
            Stopped: nobody listens.
        """
        texts: list[str] = []

        def on_chunk(chunk: CompletionChunk) -> bool:
            texts.append(chunk.text)
            return stopped()

        fields = {"n_predict": 1, "temperature": 0.0, "grammar": witnessed(grammar)}
        caching = {"cache_prompt": True, "return_progress": True, "timings_per_token": True}
        self.complete({**caching, **fields, "prompt": [self._neutral]}, on_chunk)
        built = "".join(texts).startswith(WITNESS)
        if not built and stopped():
            raise Stopped  # it may have been cut off before it could show
        return built

    def read(self, prompt: Shown, most: int, stopped: Callable[[], bool]) -> tuple[int, int]:
        """Read a prompt with pictures into the cache, unless it has more than `most` tokens.

        How many it has, and how many of them needed no work, comes back.

        Raises:
            EngineFailed: the library refused or broke.
        """
        body = {"prompt": prompt.body, "n_predict": 0, "return_progress": True}
        size = cached = 0
        with self._server_says({**body, "cache_prompt": True}) as chunks:
            for chunk in chunks:
                if "n_prompt_tokens" in chunk.get("error", {}):
                    return chunk["error"]["n_prompt_tokens"], 0
                cached = max(cached, self._chunk(as_completion(chunk)).cached)
                size = chunk["tokens_evaluated"]
                if size > most or stopped():
                    break
        return size, cached

    def remembers(self, _prompt: Sequence[int], /) -> bool:
        """See `Backend.remembers`: its cache ends with the process."""
        return False

    def close(self) -> None:
        """Free the model."""
        self._server = None

    def _chunk(self, content: Mapping[str, Any]) -> CompletionChunk:
        if "error" in content:
            raise EngineFailed(f"llama.cpp: {_reason(content)}")
        choice = content["choices"][0]
        timings = content.get("timings", {})
        logprobs = choice["logprobs"]
        return CompletionChunk(
            choice=choice["index"],
            text=choice["text"],
            token=self._token(logprobs["content"][0]) if logprobs and logprobs["content"] else None,
            end=choice["finish_reason"],
            decoded=timings.get("predicted_n", 0),
            cached=timings.get("cache_n", 0),
            read=timings.get("prompt_n", 0),
            read_s=timings.get("prompt_ms", 0.0) / 1000,
        )

    def _token(self, entry: Mapping[str, Any]) -> TokenLogprob:
        top = tuple(self._alternative(item) for item in entry["top_logprobs"])
        drawn = self._alternative(entry)
        return TokenLogprob(drawn.token, drawn.logprob, drawn.data, top)

    def _alternative(self, entry: Mapping[str, Any]) -> Alternative:
        data = bytes(entry["bytes"])
        logprob = min(0.0, float(entry["logprob"]))
        if not data:
            return Alternative(self._names.get(entry["id"], ""), logprob, data)
        return Alternative(named(data), logprob, data)

    def _server_says(
        self, body: Mapping[str, Any]
    ) -> AbstractContextManager[Generator[dict[str, Any]]]:
        # Without a time limit: there is silence while a picture is looked at.
        connection = http.client.HTTPConnection(self._host, self._port)
        return answered(connection, {**body, "stream": True}, self._headers)

    @property
    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._key}", "Content-Type": "application/json"}

    def _get(self, path: str) -> dict[str, Any]:
        return self._request("GET", path, None)

    def _post(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        return self._request("POST", path, json.dumps(body))

    def _request(self, method: str, path: str, body: str | None) -> dict[str, Any]:
        connection = http.client.HTTPConnection(self._host, self._port, timeout=CONNECT_S)
        try:
            connection.request(method, path, body, self._headers)
            answer = connection.getresponse()
            content = json.loads(answer.read())
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise EngineFailed(f"llama.cpp does not answer: {error}") from error
        finally:
            connection.close()
        if answer.status != 200:
            raise EngineFailed(f"llama.cpp refused {path}: {_reason(content)}")
        return content


def _reason(content: Mapping[str, Any]) -> str:
    return str(content.get("error", {}).get("message", "no reason given"))
