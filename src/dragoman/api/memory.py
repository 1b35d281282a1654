"""Conversation memory: the items before a request for a response, and those kept of its answer."""

import json
from collections.abc import Generator, Sequence
from collections.abc import Set as AbstractSet
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import dataclass, field, replace

from dragoman.api.noted import Noted
from dragoman.domain.chat import ChatRequest
from dragoman.domain.errors import NotFound, RequestInvalid
from dragoman.domain.stored import Conversations, Responses, StoredItem, StoredResponse
from dragoman.wire.fields import Json
from dragoman.wire.responses import conversations as in_wire
from dragoman.wire.responses import kept
from dragoman.wire.responses.bodies import Response as Answer
from dragoman.wire.responses.conversation import Conversation
from dragoman.wire.responses.items import Brought, Item, Reference, Trigger, read_item
from dragoman.wire.responses.request import ResponseCall, with_messages


class Turns:
    """The kept conversations that a response goes on with now: one at a time, as at OpenAI."""

    def __init__(self) -> None:
        self._busy: set[str] = set()

    @contextmanager
    def alone(self, conversation: str) -> Generator[None]:
        """Let no other response go on with it.

        Raises:
            RequestInvalid: one does.
        """
        if conversation in self._busy:
            raise in_wire.locked(conversation)
        self._busy.add(conversation)
        try:
            yield
        finally:
            self._busy.remove(conversation)


@dataclass(frozen=True, slots=True)
class Stores:
    """Where things are kept that outlive a request; None: they are not."""

    responses: Responses | None = None
    conversations: Conversations | None = None
    turns: Turns = field(default_factory=Turns)


@dataclass(frozen=True, slots=True)
class Prompt:
    """The request for the engine, its sources, and the items as they are to be kept."""

    request: ChatRequest
    built: Conversation
    input_items: Sequence[dict[str, Json]]


class Memory:
    """The conversation memory of one request, out of `stores`."""

    def __init__(self, engines: Noted, stores: Stores) -> None:
        self._engines = engines
        self._stores = stores

    def alone(self, call: ResponseCall) -> AbstractContextManager[None]:
        """Let no other response change a response's conversation, from its prompt to its answer.

        Raises:
            RequestInvalid: another response is made with it.
        """
        name = call.conversation
        return nullcontext() if name is None else self._stores.turns.alone(name)

    async def prompt(self, call: ResponseCall) -> Prompt:
        """The whole conversation: what is kept of it, and what is new."""
        before: list[Item] = []
        for one in await self._before(call):
            before += [read_item(raw, "previous_response_id") for raw in kept.items_of(one)]
        if any(isinstance(item, Brought) for item in before):
            self._engines.ignore("previous_response_id[additional_tools]")
        found = await self._items_before(call)
        before += [read_item(in_wire.item(one), "conversation") for one in found]
        items, input_items = await self._new(call, {one.id for one in found})
        try:
            request, built = with_messages(replace(call, items=tuple(items)), before)
        except RequestInvalid as error:
            raise in_wire.in_words_of(call.conversation or "", error) from error
        return Prompt(request, built, input_items)

    async def _items_before(self, call: ResponseCall) -> Sequence[StoredItem]:
        if call.conversation is None:
            return ()
        more = len(call.raw_items) + 1  # at least one is answered
        items = await self._kept(call.conversation).items(call.conversation, more)
        in_wire.check_new(call.raw_items, items)
        return items

    async def _new(
        self, call: ResponseCall, there: AbstractSet[str]
    ) -> tuple[list[Item], list[dict[str, Json]]]:
        """The items that are new; a reference to one that is `there` adds none."""
        items: list[Item] = []
        input_items: list[dict[str, Json]] = []
        for item, raw in zip(call.items, call.raw_items, strict=True):
            if isinstance(item, Trigger):
                items.append(item)  # what it asks for is no part of the conversation
            elif not isinstance(item, Reference):
                items.append(item)
                input_items.append(dict(raw))
            elif item.id not in there:
                input_items.append(await self._referred(item))
                items.append(read_item(input_items[-1], item.path))
        return items, input_items

    async def _before(self, call: ResponseCall) -> Sequence[StoredResponse]:
        if call.previous is None:
            return ()
        if self._stores.responses is None:
            raise kept.no_previous(call.previous)
        chain = await self._stores.responses.chain(call.previous)
        missing = chain[0].previous if chain else call.previous
        if missing is not None:
            raise kept.no_previous(missing)
        if kept.is_unfinished(chain[-1]):
            raise kept.unfinished_previous(call.previous)
        if name := kept.conversation_of(chain[-1]):
            raise kept.in_conversation(call.previous, name)
        return chain

    def _kept(self, conversation: str) -> Conversations:
        if self._stores.conversations is None:
            raise in_wire.no_conversation(conversation)
        return self._stores.conversations

    async def add(self, call: ResponseCall, prompt: Prompt, response: Answer) -> None:
        """Put what was given and what was answered at the end of the conversation.

        If it was deleted meanwhile, there is no such end; the answer is the caller's all the same.
        """
        if call.conversation is not None:
            input_items = [
                item for item in prompt.input_items if item.get("type") != "additional_tools"
            ]
            output = [item.model_dump(mode="json") for item in response.output]
            items = [*in_wire.with_ids(input_items, response.id), *in_wire.stored(output)]
            with suppress(NotFound):
                await self._kept(call.conversation).append(call.conversation, items)

    async def _referred(self, item: Reference) -> dict[str, Json]:
        if self._stores.responses is None:
            raise kept.no_item(item.id)
        try:
            return kept.item_of(await self._stores.responses.with_item(item.id), item.id)
        except NotFound as error:
            raise kept.no_item(item.id) from error

    async def keep(self, call: ResponseCall, prompt: Prompt, response: Answer, pieces: str) -> None:
        """Keep the response, unless that is not wanted; `pieces`: how it was streamed."""
        if call.store is False or self._stores.responses is None:
            return
        one = StoredResponse(
            id=response.id,
            created=response.created_at,
            previous=call.previous,
            items=json.dumps(kept.with_ids(prompt.input_items, response.id)),
            response=response.model_dump_json(),
            pieces=pieces,
        )
        await self._stores.responses.keep(one, kept.all_ids(one))

    async def cancelled(self, response: str) -> None:
        """Keep of a response that it was cancelled, unless it was whole before."""
        if self._stores.responses is None:
            return
        found = await self._stores.responses.get(response)
        if kept.is_unfinished(found):
            await self._stores.responses.keep(kept.cancelled(found), kept.all_ids(found))
