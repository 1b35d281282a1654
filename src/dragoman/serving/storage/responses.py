"""Stored responses, beside the stored completions."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, delete, insert, select

from dragoman.domain.errors import NotFound, RequestInvalid
from dragoman.domain.stored import StoredResponse
from dragoman.serving.storage.database import Database, Transaction
from dragoman.serving.storage.tables import response_items, responses

WHOLE = select(
    responses.c.id,
    responses.c.created,
    responses.c.previous,
    responses.c["items"],
    responses.c.response,
    responses.c.pieces,
)

KEPT_S = 30 * 24 * 3600
"""Seconds that a response is kept, as at OpenAI; older ones are deleted when another is kept."""
MOST = 1_000
"""The most responses of one chain."""
MOST_CHARS = 64 * 2**20
"""The most characters of a chain's items and answers: as many as a request may have."""


class SqlResponses:
    """The store of responses; see `domain.stored.Responses`."""

    def __init__(self, database: Database) -> None:
        self._database = database.holding("responses")

    async def keep(self, stored: StoredResponse, items: Sequence[str]) -> None:
        """See `Responses.keep`."""
        row = {
            "id": stored.id,
            "created": stored.created,
            "previous": stored.previous,
            "items": stored.items,
            "response": stored.response,
            "pieces": stored.pieces,
        }
        old = responses.c.created < stored.created - KEPT_S

        def work(transaction: Transaction) -> None:
            _forget(transaction, old)
            _forget(transaction, responses.c.id == stored.id)
            new = insert(responses).values(**row, owner=transaction.owner)
            key = transaction.connection.execute(new).inserted_primary_key
            assert key is not None
            place: int = key[0]
            names = [{"id": name, "response": place} for name in dict.fromkeys(items)]
            if names:
                transaction.connection.execute(insert(response_items), names)

        await self._database.write(work)

    async def get(self, response: str) -> StoredResponse:
        """See `Responses.get`."""
        return await self._database.read(lambda transaction: _one(transaction, response))

    async def delete(self, response: str) -> None:
        """See `Responses.delete`."""

        def work(transaction: Transaction) -> None:
            _one(transaction, response)
            _forget(transaction, responses.c.id == response)

        await self._database.write(work)

    async def chain(self, response: str) -> Sequence[StoredResponse]:
        """See `Responses.chain`."""

        def work(transaction: Transaction) -> list[StoredResponse]:
            chain: list[StoredResponse] = []
            name: str | None = response
            chars = 0
            while name is not None:
                one = _find(transaction, name)
                if one is None:
                    break
                chain.append(one)
                chars += len(one.items) + len(one.response)
                if len(chain) > MOST or chars > MOST_CHARS:
                    raise _too_long(response)
                name = one.previous
            return chain[::-1]

        return await self._database.read(work)

    async def with_item(self, item: str) -> StoredResponse:
        """See `Responses.with_item`."""
        places = select(response_items.c.response).where(response_items.c.id == item)
        latest = (
            WHOLE.where(responses.c.place.in_(places)).order_by(responses.c.place.desc()).limit(1)
        )

        def work(transaction: Transaction) -> StoredResponse:
            mine = latest.where(transaction.mine(responses))
            row = transaction.connection.execute(mine).first()
            if row is None:
                raise NotFound(f"Item with id '{item[:100]}' not found.")
            return StoredResponse(*row)

        return await self._database.read(work)


def _find(transaction: Transaction, response: str) -> StoredResponse | None:
    mine = WHOLE.where(responses.c.id == response, transaction.mine(responses))
    row = transaction.connection.execute(mine).first()
    return None if row is None else StoredResponse(*row)


def _one(transaction: Transaction, response: str) -> StoredResponse:
    stored = _find(transaction, response)
    if stored is None:
        raise NotFound(f"Response with id '{response[:100]}' not found.")
    return stored


def _forget(transaction: Transaction, which: ColumnElement[bool]) -> None:
    places = select(responses.c.place).where(which)
    named = response_items.c.response.in_(places)
    transaction.connection.execute(delete(response_items).where(named))
    transaction.connection.execute(delete(responses).where(which))


def _too_long(response: str) -> RequestInvalid:
    return RequestInvalid(
        f"The conversation that ends with '{response}' has more than {MOST} responses or "
        f"{MOST_CHARS} characters. Please begin another.",
        param="previous_response_id",
        code="context_length_exceeded",
    )
