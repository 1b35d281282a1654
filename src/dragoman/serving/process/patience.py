"""How long a worker is waited for."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Patience:
    """How long the supervisor waits, in seconds."""

    load_s: float = 300.0
    """The time that an engine has to load."""
    silence_s: float = 5.0
    """For a worker to answer at all, before it is killed."""
    stop_s: float = 30.0
    """For an engine to stop work that nobody waits for, before its worker ends itself."""
    hang_s: float = 600.0
    """For an engine to show that it lives while it works on a request, before the same."""
    first_pause_s: float = 0.1
    longest_pause_s: float = 30.0
    """Between two starts of an engine that dies: doubles from the first to the longest."""
    longest_load_pause_s: float = 300.0
    """Between two starts of an engine that does not even load: each costs a load of the model."""
    steady_s: float = 30.0
    """A worker that lived so long counts as healthy again."""
