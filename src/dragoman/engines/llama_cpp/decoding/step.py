"""One step of the decode loop: whose tokens it reads, and whose answers are drawn from it."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from dragoman.engines.llama_cpp.decoding.decode_task import Choice, Ticket
from dragoman.engines.llama_cpp.decoding.library import Batch


@dataclass(eq=False, slots=True)
class Job:
    """Work that has its cells."""

    ticket: Ticket
    sequence: int
    cached: int
    read: int
    """Tokens of the prompt that have been read."""
    began: float
    choices: list[Choice] = field(default_factory=list[Choice])
    sound: bool = True
    """Whether what was read may be used again."""

    @property
    def unread(self) -> int:
        """Tokens of the prompt that are left."""
        return len(self.ticket.task.prompt) - self.read

    @property
    def over(self) -> bool:
        """Whether nothing is left to do."""
        if self.unread:
            return False
        return not any(choice.open for choice in self.choices)


@dataclass(slots=True)
class Step:
    """The work of one step of the model."""

    batch: Batch = field(default_factory=Batch)
    reading: list[tuple[Job, int, int]] = field(default_factory=list[tuple[Job, int, int]])
    """Prompts, with how many of their tokens are read, and the row of the first."""
    writing: list[tuple[Job, Choice, int]] = field(default_factory=list[tuple[Job, Choice, int]])
    """Answers, with how many of their tokens are read."""
    drawing: list[tuple[Job, Choice | None, int]] = field(
        default_factory=list[tuple[Job, "Choice | None", int]]
    )
    """Choices that are drawn from a row; None: all of the job's, from the end of its prompt."""
    tokens: dict[Ticket, int] = field(default_factory=dict[Ticket, int])
    """How many tokens there are for whom."""

    def add(self, job: Job, tokens: Sequence[int], at: int, sequence: int, with_logits: int) -> int:
        """Add tokens of a job; the last `with_logits` of them get logits. Returns the last row."""
        row = -1
        for number, token in enumerate(tokens):
            late = number >= len(tokens) - with_logits
            row = self.batch.add(token, at + number, sequence, with_logits=late)
        self.tokens[job.ticket] = self.tokens.get(job.ticket, 0) + len(tokens)
        return row


def shares(jobs: list[Job], room: int) -> list[tuple[Job, int]]:
    """How many tokens of which prompts are read: the oldest's, and half the room for the shortest.

    So a short prompt never waits for a long one to be read whole, and none waits for ever.
    """
    if not jobs:
        return []
    oldest = jobs[0]
    shortest = min(jobs, key=lambda job: job.unread)
    order = [oldest] if shortest is oldest else [shortest, oldest]
    order += [job for job in jobs if job not in order]
    shares: list[tuple[Job, int]] = []
    for job in order:
        most = room // 2 if job is shortest and job is not oldest else room
        share = min(most, job.unread)
        if share > 0:
            shares.append((job, share))
            room -= share
    return shares
