"""One thread that does all work step by step: prompts in chunks, and running answers with them."""

import logging
import threading
import time
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor

from dragoman.domain.errors import EngineFailed, EngineUnavailable
from dragoman.engines.llama_cpp.decoding.decode_task import (
    Choice,
    DecodeTask,
    Ended,
    Failed,
    Progress,
    Scored,
    Ticket,
    ensure_finite,
)
from dragoman.engines.llama_cpp.decoding.kv_cache import KvCache
from dragoman.engines.llama_cpp.decoding.library import Aborted, DecodingLibrary, NoRoom
from dragoman.engines.llama_cpp.decoding.prefix_files import PrefixFiles
from dragoman.engines.llama_cpp.decoding.sampler import Allowed, likely
from dragoman.engines.llama_cpp.decoding.step import Job, Step, shares

log = logging.getLogger(__name__)

BESIDE = 32
"""The most prompt tokens of a step while answers are written: they wait for its end."""
GLANCE_S = 0.01
"""Seconds between two looks whether a reader that was behind has read."""
STUCK_S = 60.0
"""Seconds that no step takes, even of a long prompt on a busy machine."""
MOST_OF_IT = 0.75
"""A step is given up where so much of its tokens is for work that was cancelled."""


class Scheduler:
    """See the module."""

    def __init__(
        self,
        library: DecodingLibrary,
        cells: KvCache,
        step: int,
        files: PrefixFiles | None = None,
    ) -> None:
        """`step`: the most tokens of one step; `files`: where durable prompts are kept."""
        self._library = library
        self._cache = cells
        self._files = files
        self._most = step
        self._room = step
        """The same, or less while the library finds no cells for so many."""
        self._waiting: deque[Ticket] = deque()
        self._jobs: list[Job] = []
        self._step = Step()
        self._moved = time.monotonic()
        """When the latest step ended, or work came while there was none."""
        self._changed = threading.Condition()
        self._closing = False
        self._masks = ThreadPoolExecutor(1, "dragoman-masks")
        self._thread = threading.Thread(target=self._run, name="dragoman-decoding", daemon=True)
        self._thread.start()

    def submit(self, task: DecodeTask) -> Ticket:
        """Have work done; its events come in the ticket's queue.

        Raises:
            EngineUnavailable: the scheduler has been closed.
        """
        ticket = Ticket(task, self._on_cancel)
        with self._changed:
            if self._closing:
                raise EngineUnavailable("the model is being unloaded")
            if not (self._waiting or self._jobs):
                self._moved = time.monotonic()
            self._waiting.append(ticket)
            self._changed.notify()
        return ticket

    @property
    def reserved_cells(self) -> int:
        """Cells that are promised to work; 0 when there is none."""
        return self._cache.reserved_cells

    @property
    def reserved_sequences(self) -> int:
        """Sequences that are promised to work."""
        return self._cache.reserved_sequences

    @property
    def is_stuck(self) -> bool:
        """Whether a step takes longer than any should, or nobody makes steps any more."""
        silent_s = time.monotonic() - self._moved
        return self.busy and (silent_s > STUCK_S or not self._thread.is_alive())

    @property
    def busy(self) -> bool:
        """Whether there is any work."""
        with self._changed:
            return bool(self._waiting or self._jobs)

    def close(self) -> None:
        """Stop; work that is not done is lost."""
        with self._changed:
            self._closing = True
            self._library.abort()
            self._changed.notify()
        self._thread.join()
        self._masks.shutdown()

    def _on_cancel(self, ticket: Ticket) -> None:
        """Give up the step under way, if it is mostly for work that was cancelled."""
        with self._changed:
            tokens = self._step.tokens
            idle = sum(count for each, count in tokens.items() if each.cancelled)
            if ticket in tokens and idle >= MOST_OF_IT * sum(tokens.values()):
                self._library.abort()
            self._changed.notify()

    def _run(self) -> None:
        while self._wait():
            try:
                self._end_cancelled()
                for prefix in self._files.written() if self._files else ():
                    self._cache.add_durable(*prefix)
                self._admit()
                if self._jobs:
                    self._do_or_wait(self._plan())
            except BaseException as error:  # a panic in a library written in Rust is no Exception
                log.exception("a step of decoding failed")
                named = EngineFailed(f"{type(error).__name__} in a step of decoding")
                self._fail(error if isinstance(error, Exception) else named)
        self._fail(EngineUnavailable("the model is being unloaded"))

    def _wait(self) -> bool:
        """Wait for work; False: there will be none."""
        with self._changed:
            self._changed.wait_for(lambda: self._closing or self._waiting or self._jobs)
            self._step = Step()
            self._moved = time.monotonic()
            if not self._closing:
                self._library.go_on()
            return not self._closing

    def _end_cancelled(self) -> None:
        with self._changed:
            self._waiting = deque(each for each in self._waiting if not each.cancelled)
        for job in [job for job in self._jobs if job.ticket.cancelled]:
            self._end(job)

    def _admit(self) -> None:
        """Give those who came first their cells."""
        while True:
            with self._changed:
                first = self._waiting[0] if self._waiting else None
            if first is None:
                return
            task = first.task
            if not self._cache.reserve(task.cells, task.choices):
                if not self._jobs:
                    self._forget_first(EngineFailed("there are not so many cells"))
                return
            place = self._cache.begin(task.prompt, task.scored)
            self._jobs.append(
                Job(first, place.sequence, place.common, place.common, time.perf_counter())
            )
            with self._changed:
                self._waiting.popleft()

    def _forget_first(self, error: Exception) -> None:
        with self._changed:
            self._waiting.popleft().events.put(Failed(error))

    def _plan(self) -> Step:
        """The next step: all answers, and as much of the prompts as there is room for."""
        step = Step()
        writers = [
            (job, choice)
            for job in self._jobs
            if not job.ticket.is_behind
            for choice in job.choices
            if choice.open
        ]
        for number, (job, choice) in enumerate(writers):
            # One token is left to each of those who come after.
            room = max(1, self._room - len(step.batch) - (len(writers) - number - 1))
            part = choice.pending[:room]
            whole = len(part) == len(choice.pending)
            tried = choice.expect(room - len(part)) if whole else []
            rows = 1 + len(tried) if whole else 0
            row = step.add(job, [*part, *tried], choice.read, choice.sequence, rows)
            step.writing.append((job, choice, len(part)))
            if whole:
                step.drawing.append((job, choice, row - len(tried)))
        writing = len(step.batch)
        room = min(self._room - writing, BESIDE) if writing else self._room
        for job, share in shares([job for job in self._jobs if job.unread], max(room, 1)):
            task = job.ticket.task
            part = task.prompt[job.read : job.read + share]
            whole = share == job.unread
            rows = int(whole and (task.most > 0 or task.durable))
            if task.scored is not None:
                rows = min(share, max(rows, job.read + share - task.scored))
            row = step.add(job, part, job.read, job.sequence, rows)
            step.reading.append((job, share, row - share + 1))
            if whole:
                step.drawing.append((job, None, row))
        return step

    def _do_or_wait(self, step: Step) -> None:
        """Run a step; where all readers are behind there is none, until one has read."""
        if step.batch:
            self._do(step)
            return
        with self._changed:
            self._changed.wait(GLANCE_S)

    def _do(self, step: Step) -> None:
        """Run a step, and draw from it."""
        with self._changed:
            self._step = step
        masks = self._compute_masks(step)
        try:
            self._library.decode(step.batch)
        except Aborted:
            self._undo(step)
            return
        except NoRoom:
            self._undo(step)
            self._make_room(step)
            return
        self._room = self._most
        for job, share, row in step.reading:
            if job.ticket.task.scored is not None:
                self._tell_scores(job, share, row)
            job.read += share
            self._tell_progress(job)
        for _, choice, count in step.writing:
            choice.advance(count)
        for (job, choice, row), allowed in zip(step.drawing, masks, strict=True):
            self._draw(job, choice, row, allowed)
        for job in [job for job in self._jobs if job.over]:
            self._end(job)

    def _compute_masks(self, step: Step) -> list["Future[Allowed] | None"]:
        """Begin to work out, beside the model, what grammars allow after this step."""
        masks = (choice.mask if choice else job.ticket.task.mask for job, choice, _ in step.drawing)
        return [self._masks.submit(mask.allowed) if mask else None for mask in masks]

    def _begin_answers(self, job: Job, row: int) -> list[Choice]:
        task = job.ticket.task
        if not task.most:
            if task.durable:
                ensure_finite(self._library.logits(row))  # before it is kept for every start
            job.ticket.events.put(Ended(0, whole=False))
            return []
        read = len(task.prompt)
        sequences = [job.sequence]
        sequences += [self._cache.fork(job.sequence, read) for _ in range(1, task.choices)]
        job.choices = [
            Choice(job.ticket, number, sequence, self._library)
            for number, sequence in enumerate(sequences)
        ]
        return job.choices

    def _draw(
        self, job: Job, choice: Choice | None, row: int, allowed: "Future[Allowed] | None"
    ) -> None:
        try:
            # Before answers begin: each takes a copy of the mask, which must not be at work then.
            mask = allowed.result() if allowed else None
            for each in [choice] if choice else self._begin_answers(job, row):
                each.draw(row, mask)
        except EngineFailed as error:
            job.sound = False
            job.ticket.events.put(Failed(error))
            job.ticket.cancel()

    def _tell_progress(self, job: Job) -> None:
        seconds = time.perf_counter() - job.began
        job.ticket.events.put(Progress(job.cached, job.read - job.cached, seconds))

    def _tell_scores(self, job: Job, share: int, row: int) -> None:
        """Tell how likely the tokens were that come after those of a step."""
        task = job.ticket.task
        first = max(job.read, task.scored or 0)
        until = min(job.read + share, len(task.prompt) - 1)
        scores = [
            likely(
                self._library.logits(row + place - job.read), task.prompt[place + 1], task.top or 0
            )
            for place in range(first, until)
        ]
        job.ticket.events.put(Scored(scores))

    def _undo(self, step: Step) -> None:
        """Forget what a step that did not come to its end may have read."""
        for job, _, _ in step.reading:
            self._library.remove(job.sequence, job.read)
        for _, choice, _ in step.writing:
            self._library.remove(choice.sequence, choice.read)

    def _make_room(self, step: Step) -> None:
        """After a step for which no cells were found: cells may be free, but not side by side."""
        self._cache.clear()
        if self._room > 1 and step.reading:
            self._room = max(1, self._room // 2)
            return
        latest = self._jobs[-1]
        latest.ticket.events.put(Failed(EngineFailed("llama.cpp has no memory for more tokens")))
        self._end(latest)

    def _end(self, job: Job) -> None:
        """Give back what a job has; what its first choice has read is kept."""
        task = job.ticket.task
        first, *others = job.choices or [None]
        for choice in others:
            if choice:
                self._cache.drop(choice.sequence)
        if job.sound:
            read = [*task.prompt[: job.read], *(first.written if first else ())]
            if self._files and task.durable and not job.unread:
                self._files.save(read, self._cache.saved(job.sequence))
            self._cache.keep(job.sequence, read)
        else:
            self._cache.drop(job.sequence)
        self._cache.release(task.cells, task.choices)
        self._jobs.remove(job)

    def _fail(self, error: Exception) -> None:
        """End everything."""
        with self._changed:
            waiting, self._waiting = self._waiting, deque()
        for ticket in [*waiting, *(job.ticket for job in self._jobs)]:
            ticket.events.put(Failed(error))
        self._cache.reset()
        self._jobs.clear()
