"""The scheduler, on a library of ours that remembers what a real one would."""

import random
import threading
import time
from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest

from dragoman.domain.errors import EngineFailed, EngineUnavailable
from dragoman.engines.llama_cpp.decoding import scheduler as scheduling
from dragoman.engines.llama_cpp.decoding.alignment import Repeats
from dragoman.engines.llama_cpp.decoding.decode_task import (
    MOST_EVENTS,
    DecodeTask,
    Drawn,
    Ended,
    Event,
    Failed,
    Progress,
    Scored,
)
from dragoman.engines.llama_cpp.decoding.kv_cache import KvCache
from dragoman.engines.llama_cpp.decoding.library import (
    Aborted,
    Batch,
    DecodingLibrary,
    Logits,
    NoRoom,
    State,
)
from dragoman.engines.llama_cpp.decoding.prefix_files import PrefixFiles
from dragoman.engines.llama_cpp.decoding.sampler import Sampling
from dragoman.engines.llama_cpp.decoding.scheduler import BESIDE, Scheduler

WORDS = 50
END = 49
STEP = 64
CELLS = 2048
SEQUENCES = 8


@dataclass
class Remembering:
    """Reads tokens, and finds the sum of all that it has read of a sequence likeliest next."""

    name: ClassVar[str] = "remembering"
    trial_cost: ClassVar[float] = 0.3
    version: str = "1"
    vocabulary: int = WORDS
    tokenizer: tuple[int, int] = (0, 0)
    cells: int = CELLS
    sequences: dict[int, list[int]] = field(default_factory=dict[int, list[int]])
    steps: list[Batch] = field(default_factory=list[Batch])
    rows: dict[int, list[int]] = field(default_factory=dict[int, list[int]])
    gate: threading.Event = field(default_factory=threading.Event)
    """Steps wait for it."""
    breaks: bool = False
    confused: int = -1
    """After how many tokens of a sequence there are no numbers any more."""
    aborted: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.gate.set()

    def tokenize(self, text: bytes) -> list[int]:
        return list(text)

    def piece(self, token: int) -> bytes:
        return bytes([token])

    def ends(self, token: int) -> bool:
        return token == END

    def used(self) -> int:
        return sum(map(len, self.sequences.values()))

    def decode(self, batch: Batch) -> None:
        self.steps.append(batch)
        while not self.gate.wait(0.001):
            if self.aborted.is_set():
                raise Aborted
        if self.breaks:
            raise EngineFailed("it broke")
        if self.used() + len(batch) > self.cells:
            raise NoRoom
        self.rows.clear()
        columns = zip(
            batch.tokens, batch.positions, batch.sequences, batch.with_logits, strict=True
        )
        for row, (token, position, sequence, with_logits) in enumerate(columns):
            read = self.sequences.setdefault(sequence, [])
            assert len(read) == position, "positions follow one another"
            read.append(token)
            if with_logits:
                self.rows[row] = list(read)
        if self.aborted.is_set():
            raise Aborted

    def logits(self, row: int) -> Logits:
        logits = np.zeros(WORDS, np.float32)
        logits[sum(self.rows[row]) % (WORDS - 1)] = 5
        return logits * np.nan if len(self.rows[row]) == self.confused else logits

    def remove(self, sequence: int, start: int = 0) -> bool:
        self.sequences[sequence] = self.sequences.get(sequence, [])[:start]
        return True

    def copy(self, source: int, target: int, end: int) -> None:
        assert not self.sequences.get(target)
        self.sequences[target] = self.sequences[source][:end]

    def save(self, sequence: int) -> State:
        return np.array(self.sequences[sequence], np.uint8)

    def restore(self, sequence: int, state: State) -> bool:
        assert not self.sequences.get(sequence)
        self.sequences[sequence] = state.tolist()
        return True

    def abort(self) -> None:
        self.aborted.set()

    def go_on(self) -> None:
        self.aborted.clear()

    def close(self) -> None:
        self.sequences.clear()


def followed(prompt: list[int], count: int) -> list[int]:
    """What `Remembering` writes after a prompt."""
    read = list(prompt)
    for _ in range(count):
        read.append(sum(read) % (WORDS - 1))
    return read[len(prompt) :]


@pytest.fixture
def library() -> Remembering:
    return Remembering()


@pytest.fixture
def scheduler(library: Remembering) -> Generator[Scheduler]:
    made = Scheduler(library, KvCache(library, CELLS, SEQUENCES, 4096), STEP)
    yield made
    library.gate.set()
    made.close()


def task(prompt: list[int], most: int, choices: int = 1, **more: object) -> DecodeTask:
    cells = len(prompt) + choices * most
    return DecodeTask(prompt, choices, most, Sampling(temperature=0), cells=cells, **more)  # pyright: ignore[reportArgumentType]


def events(scheduler: Scheduler, task: DecodeTask) -> list[Event]:
    """Everything that is told of work until its end."""
    ticket = scheduler.submit(task)
    seen: list[Event] = []
    ended = 0
    while ended < task.choices:
        event = ticket.events.get(timeout=20)
        seen.append(event)
        if isinstance(event, Failed):
            return seen
        ended += isinstance(event, Ended)
    return seen


def tokens(seen: list[Event], choice: int = 0) -> list[int]:
    return [event.token for event in seen if isinstance(event, Drawn) and event.choice == choice]


def settled(scheduler: Scheduler) -> None:
    """Wait until nothing is being done."""
    until = time.monotonic() + 20
    while scheduler.busy:
        assert time.monotonic() < until
    assert (scheduler.reserved_cells, scheduler.reserved_sequences) == (0, 0)


def test_an_answer_is_what_the_model_finds_likeliest(scheduler: Scheduler) -> None:
    prompt = [3, 1, 4, 1, 5] * 30
    seen = events(scheduler, task(prompt, 7))
    assert tokens(seen) == followed(prompt, 7)
    assert seen[-1] == Ended(0, whole=False)
    read = [event.read for event in seen if isinstance(event, Progress)]
    assert read == [64, 128, 150]


def test_an_answer_ends_with_the_token_that_ends_answers(
    scheduler: Scheduler, library: Remembering
) -> None:
    # A bias makes the end likeliest.
    sampling = Sampling(temperature=0, bias=((END, 99.0),))
    seen = events(scheduler, DecodeTask([1, 2], 1, 7, sampling, cells=9))
    assert seen[1:] == [Drawn(0, END, None, ends=True), Ended(0, whole=True)]


def test_choices_share_one_reading_of_the_prompt(
    scheduler: Scheduler, library: Remembering
) -> None:
    prompt = [7] * 40
    seen = events(scheduler, task(prompt, 5, choices=3))
    for choice in range(3):
        assert tokens(seen, choice) == followed(prompt, 5)
    assert sum(map(len, library.steps)) == 40 + 3 * 4


def test_what_is_predicted_is_read_several_tokens_a_step_and_changes_nothing(
    scheduler: Scheduler, library: Remembering
) -> None:
    prompt = [3, 1, 4]
    right = followed(prompt, 24)
    seen = events(scheduler, task(prompt, 24, choices=2, predicted=right))
    for choice in range(2):
        assert tokens(seen, choice) == right
    assert len(library.steps) < 8
    last = [event for event in seen if isinstance(event, Drawn)][-1]
    assert 16 < last.accepted <= last.tried < 24


def test_what_is_predicted_wrong_is_forgotten_again(
    scheduler: Scheduler, library: Remembering
) -> None:
    prompt = [3, 1, 4]
    right = followed(prompt, 24)
    wrong = [*right[:6], 48, 48, 48, *right[6:]]
    assert tokens(events(scheduler, task(prompt, 24, predicted=wrong))) == right
    settled(scheduler)
    assert library.used() in (0, len(prompt) + 23)
    assert len(library.steps) < 20


def test_an_answer_that_ends_in_the_midst_of_what_was_tried_ends_there(
    scheduler: Scheduler, library: Remembering
) -> None:
    prompt = [3, 1, 4]
    right = followed(prompt, 40)
    for most in range(1, 20):
        seen = events(scheduler, task(prompt, most, predicted=right))
        assert tokens(seen) == right[:most]
        assert seen[-1] == Ended(0, whole=False)
    settled(scheduler)


def test_an_answer_that_repeats_its_prompt_is_written_several_tokens_a_step(
    scheduler: Scheduler, library: Remembering
) -> None:
    prompt = [5] * 20
    alone = tokens(events(scheduler, task(prompt, 30)))
    singly = len(library.steps)
    again = events(scheduler, task(prompt, 30, repeats=Repeats.of([*alone, *prompt])))
    assert tokens(again) == alone
    assert len(library.steps) - singly < singly - 10


def test_a_prompt_has_its_scores_wherever_it_was_read_before(
    scheduler: Scheduler, library: Remembering
) -> None:
    prompt = [number % 40 for number in range(100)]
    for scored in (0, 30, 98):
        seen = events(scheduler, DecodeTask(prompt, scored=scored, top=1, cells=100))
        scores = [each for event in seen if isinstance(event, Scored) for each in event.likely]
        assert len(scores) == 99 - scored
        likeliest = [sum(prompt[: at + 1]) % (WORDS - 1) for at in range(scored, 99)]
        assert [each.top[0][0] for each in scores] == likeliest
    settled(scheduler)


def test_a_prompt_that_only_is_to_be_read_writes_nothing(scheduler: Scheduler) -> None:
    seen = events(scheduler, task([7] * 40, 0))
    assert tokens(seen) == []
    assert seen[-1] == Ended(0, whole=False)


def test_what_was_read_before_is_not_read_again(scheduler: Scheduler, library: Remembering) -> None:
    prompt = list(range(40))
    first = events(scheduler, task(prompt, 5))
    longer = [*prompt, *tokens(first)[:4], 11, 12]
    settled(scheduler)
    library.steps.clear()
    again = events(scheduler, task(longer, 3))
    assert next(event for event in again if isinstance(event, Progress)).cached == 44
    assert tokens(again) == followed(longer, 3)
    assert sum(map(len, library.steps)) == 2 + 2


def test_what_nobody_works_on_leaves_the_cells_and_comes_back(
    scheduler: Scheduler, library: Remembering
) -> None:
    one, other = [5] * 40, [6] * 40
    for prompt in (one, other):
        events(scheduler, task(prompt, 2))
        settled(scheduler)
    assert library.used() == 41
    library.steps.clear()
    events(scheduler, task([*one, 9], 2))
    assert sum(map(len, library.steps)) == 1 + 1


def test_copies_beyond_the_memory_for_them_are_dropped_the_oldest_first(
    scheduler: Scheduler, library: Remembering
) -> None:
    prompts = [[number] * 1000 for number in range(6)]
    for prompt in prompts:
        events(scheduler, task(prompt, 1))
        settled(scheduler)
    cached: list[int] = []
    for prompt in (prompts[0], prompts[4]):
        seen = events(scheduler, task([*prompt, 9], 1))
        cached += [event.cached for event in seen if isinstance(event, Progress)][:1]
        settled(scheduler)
    assert cached == [0, 1000]


def test_answers_go_on_while_a_long_prompt_is_read_in_small_parts(
    scheduler: Scheduler, library: Remembering
) -> None:
    library.gate.clear()
    writing = scheduler.submit(task([1] * 20, 30))
    reading = scheduler.submit(task([2] * 300, 2))
    library.gate.set()
    for ticket in (writing, reading):
        while not isinstance(ticket.events.get(timeout=20), Ended):
            pass
    mixed = [batch for batch in library.steps if len(set(batch.sequences)) > 1]
    assert len(mixed) >= 300 // BESIDE
    assert max(map(len, mixed[1:])) <= BESIDE + 1


def test_a_short_prompt_does_not_wait_for_a_long_one(
    scheduler: Scheduler, library: Remembering
) -> None:
    library.gate.clear()
    long = scheduler.submit(task([2] * 1000, 2))
    short = scheduler.submit(task([1] * 20, 2))
    library.gate.set()
    while not isinstance(short.events.get(timeout=20), Drawn):
        pass
    steps = next(number for number, batch in enumerate(library.steps) if 1 in batch.tokens)
    assert steps <= 1
    while not isinstance(long.events.get(timeout=20), Ended):
        pass


def test_work_waits_until_there_are_cells_for_it(
    scheduler: Scheduler, library: Remembering
) -> None:
    library.gate.clear()
    first = scheduler.submit(task([1] * 1500, 5))
    second = scheduler.submit(task([2] * 1500, 5))
    library.gate.set()
    for ticket in (first, second):
        while not isinstance(ticket.events.get(timeout=20), Ended):
            pass
    settled(scheduler)
    assert all(len(set(batch.sequences)) == 1 for batch in library.steps)


def test_work_that_can_never_have_its_cells_is_refused(scheduler: Scheduler) -> None:
    (failed,) = events(scheduler, task([1] * CELLS, 5))
    assert isinstance(failed, Failed)
    assert tokens(events(scheduler, task([1, 2], 2))) == followed([1, 2], 2)


def test_a_step_for_cancelled_work_is_given_up_in_its_middle(
    scheduler: Scheduler, library: Remembering
) -> None:
    library.gate.clear()
    ticket = scheduler.submit(task([1] * 300, 5))
    while not library.steps:
        pass
    ticket.cancel()
    settled(scheduler)
    assert library.used() == 0
    library.gate.set()
    assert tokens(events(scheduler, task([1, 2], 2))) == followed([1, 2], 2)


def test_a_step_that_breaks_costs_those_who_were_in_it(
    scheduler: Scheduler, library: Remembering
) -> None:
    library.breaks = True
    (failed,) = events(scheduler, task([1] * 30, 5))
    assert isinstance(failed, Failed)
    library.breaks = False
    settled(scheduler)
    assert tokens(events(scheduler, task([1, 2], 2))) == followed([1, 2], 2)


def test_a_reader_that_is_behind_is_waited_for_and_others_are_not(
    scheduler: Scheduler, library: Remembering
) -> None:
    slow = scheduler.submit(task([1] * 20, 500))
    until = time.monotonic() + 20
    while not slow.is_behind:
        assert time.monotonic() < until
    assert tokens(events(scheduler, task([2] * 20, 100))) == followed([2] * 20, 100)
    assert slow.events.qsize() < MOST_EVENTS + STEP
    written = 0
    while written < 500:
        written += isinstance(slow.events.get(timeout=20), Drawn)
    settled(scheduler)


def test_a_durable_prefix_stays_however_much_others_read(library: Remembering) -> None:
    cells = KvCache(library, CELLS, SEQUENCES, 100)
    prefix = np.arange(40, dtype=np.int32) % WORDS
    cells.add_durable(prefix, prefix.astype(np.uint8))
    for number in range(1, 6):
        place = cells.begin([number] * 90)
        library.decode(batch_of([number] * 90, place.sequence))
        cells.keep(place.sequence, [number] * 90)
        # Whoever begins with the whole of it stands for a copy in memory, and not for this one.
        longer = [*prefix.tolist(), *[number] * 20]
        place = cells.begin(longer)
        assert place.common >= 40
        library.decode(batch_of(longer[place.common :], place.sequence, place.common))
        cells.keep(place.sequence, longer)
    cells.clear()
    assert cells.begin([*prefix.tolist(), 7]).common == 40


def test_a_prefix_that_the_model_read_wrong_is_kept_for_no_start(
    library: Remembering, tmp_path: Path
) -> None:
    cells = KvCache(library, CELLS, SEQUENCES, 4096)
    with (
        closing(PrefixFiles(tmp_path, "a", 10_000)) as files,
        closing(Scheduler(library, cells, STEP, files)) as scheduler,
    ):
        library.confused = 40
        assert isinstance(events(scheduler, task([1] * 40, 0, durable=True))[-1], Failed)
        assert events(scheduler, task([2] * 30, 0, durable=True))[-1] == Ended(0, whole=False)
        settled(scheduler)
        assert not files.holds([1] * 40)
        assert files.holds([2] * 30)


def batch_of(tokens: list[int], sequence: int, start: int = 0) -> Batch:
    batch = Batch()
    for number, token in enumerate(tokens):
        batch.add(token, start + number, sequence, with_logits=False)
    return batch


class Panic(BaseException):
    """As a library written in Rust raises it."""


def test_a_panic_costs_those_who_were_in_the_step_and_no_thread(
    scheduler: Scheduler, library: Remembering, monkeypatch: pytest.MonkeyPatch
) -> None:
    def decode(_: Batch) -> None:
        raise Panic

    with monkeypatch.context() as broken:
        broken.setattr(library, "decode", decode)
        (failed,) = events(scheduler, task([1] * 30, 5))
        assert isinstance(failed, Failed)
        assert "Panic" in str(failed.error)
        settled(scheduler)
    assert tokens(events(scheduler, task([1, 2], 2))) == followed([1, 2], 2)


def test_a_step_that_does_not_end_is_noticed(
    scheduler: Scheduler, library: Remembering, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not scheduler.is_stuck
    monkeypatch.setattr(scheduling, "STUCK_S", 0.05)
    library.gate.clear()
    ticket = scheduler.submit(task([1] * 30, 5))
    assert not scheduler.is_stuck
    until = time.monotonic() + 20
    while not scheduler.is_stuck:
        assert time.monotonic() < until
    library.gate.set()
    ticket.cancel()
    settled(scheduler)
    assert not scheduler.is_stuck


@dataclass
class Working:
    """A mask that breaks where it is copied while it is at work, as llguidance's does."""

    at_work: threading.Event
    over: bool = False

    def copy(self) -> "Working":
        assert not self.at_work.is_set()
        return self

    def allowed(self) -> np.ndarray:
        self.at_work.set()
        threading.Event().wait(0.05)
        self.at_work.clear()
        return np.ones(WORDS, np.bool_)

    def accept(self, token: int) -> None:
        pass

    def forced(self) -> list[int]:
        return []


def test_a_grammar_is_copied_for_each_answer_when_it_is_not_at_work(scheduler: Scheduler) -> None:
    seen = events(scheduler, task([1] * 20, 2, choices=3, mask=Working(threading.Event())))
    assert not [event for event in seen if isinstance(event, Failed)]
    assert all(tokens(seen, choice) for choice in range(3))


def test_numbers_that_are_none_cost_one_answer_and_are_not_gone_on_with(
    scheduler: Scheduler, library: Remembering
) -> None:
    library.confused = 45
    other = scheduler.submit(task([2] * 30, 12))
    seen = events(scheduler, task([7] * 40, 9))
    assert isinstance(seen[-1], Failed)
    assert isinstance(seen[-1].error, EngineFailed)
    while not isinstance(event := other.events.get(timeout=20), Ended):
        assert not isinstance(event, Failed)
    settled(scheduler)
    library.confused = -1
    again = events(scheduler, task([7] * 40, 9))
    assert tokens(again) == followed([7] * 40, 9)
    assert next(event.cached for event in again if isinstance(event, Progress)) == 0


def test_a_library_without_room_side_by_side_is_given_smaller_steps() -> None:
    library = Remembering(cells=100)
    scheduler = Scheduler(library, KvCache(library, 400, SEQUENCES, 4096), STEP)
    try:
        prompt = [1] * 90
        assert tokens(events(scheduler, task(prompt, 5))) == followed(prompt, 5)
        settled(scheduler)
        failed = events(scheduler, task([2] * 90, 30))[-1]
        assert isinstance(failed, Failed)
    finally:
        scheduler.close()


def test_closing_ends_what_is_under_way(library: Remembering) -> None:
    scheduler = Scheduler(library, KvCache(library, CELLS, SEQUENCES, 4096), STEP)
    library.gate.clear()
    tickets = [scheduler.submit(task([1] * 300, 5)) for _ in range(3)]
    scheduler.close()
    for ticket in tickets:
        event = ticket.events.get(timeout=20)
        assert isinstance(event, Failed)
        assert isinstance(event.error, EngineUnavailable)
    with pytest.raises(EngineUnavailable):
        scheduler.submit(task([1], 1))


def test_a_thousand_requests_with_random_cancels_leave_every_cell_free(
    library: Remembering,
) -> None:
    cells = KvCache(library, CELLS, SEQUENCES, 4096)
    scheduler = Scheduler(library, cells, STEP)
    chance = random.Random(4)
    prompts = [[chance.randrange(WORDS - 1) for _ in range(200)] for _ in range(5)]

    def ask(seed: int) -> None:
        mine = random.Random(seed)
        for _ in range(125):
            prompt = [*mine.choice(prompts)[: mine.randrange(1, 200)], mine.randrange(9)]
            most, choices = mine.randrange(0, 8), mine.choice([1, 1, 1, 3])
            ticket = scheduler.submit(task(prompt, most, choices if most else 1))
            ends, cancel_at = 0, mine.choice([None, None, 0, 1, 3])
            seen: list[Event] = []
            while ends < ticket.task.choices:
                if cancel_at is not None and len(seen) >= cancel_at:
                    ticket.cancel()
                    break
                seen.append(ticket.events.get(timeout=60))
                assert not isinstance(seen[-1], Failed)
                ends += isinstance(seen[-1], Ended)
            else:
                assert tokens(seen) == followed(prompt, most)

    threads = [threading.Thread(target=ask, args=(seed,)) for seed in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    settled(scheduler)
    scheduler.close()
    cells.reset()
    assert library.used() == 0


def test_the_library_of_these_tests_keeps_to_the_port(library: Remembering) -> None:
    _: DecodingLibrary = library
    assert library.name == "remembering"
