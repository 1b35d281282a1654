"""Where the benches have speech put."""

from dragoman.domain.speech import Sound


class Basket:
    """Keeps the sound that comes."""

    stopped = False

    def __init__(self) -> None:
        self.data = bytearray()

    def emit(self, event: object) -> None:
        if isinstance(event, Sound):
            self.data += event.data
