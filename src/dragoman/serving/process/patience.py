"""How long the supervisor waits for a worker."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Patience:
    """The times that the supervisor waits, in seconds."""

    load_s: float = 300.0
    """The time that an engine has to load."""
    silence_s: float = 5.0
    """The time that a worker may stay silent before it is killed."""
    stop_s: float = 30.0
    """The time that an engine has to stop work that nobody waits for, before its worker ends
    itself."""
    hang_s: float = 600.0
    """The time between two signs of life of an engine at work, before its worker ends itself."""
    first_pause_s: float = 0.1
    longest_pause_s: float = 30.0
    """The longest pause between two starts of an engine that dies; pauses double up to it."""
    longest_load_pause_s: float = 300.0
    """The longest pause between two starts of an engine that does not even load: each costs a load
    of the model."""
    steady_s: float = 30.0
    """The time after which a worker that lives counts as healthy again."""
