"""A command line that makes the engine's three files from any export of Kokoro."""

import argparse
from dataclasses import asdict
from pathlib import Path

from dragoman.models.convert.kokoro import PROSODY, VOCODER, VOCODER_OF_CONVOLUTIONS
from dragoman.models.convert.kokoro.split import PUBLISHED, Tensors, split


def main(arguments: list[str] | None = None) -> None:
    """Write the three files; the arguments stand in the docstring of the package."""
    parser = argparse.ArgumentParser(prog="python -m dragoman.models.convert.kokoro")
    parser.add_argument("export", type=Path)
    parser.add_argument("folder", type=Path)
    for field, name in asdict(PUBLISHED).items():
        parser.add_argument(f"--{field}", default=name, help=f"the tensor's name ({name})")
    options = parser.parse_args(arguments)
    tensors = Tensors(**{field: getattr(options, field) for field in asdict(PUBLISHED)})
    published = options.export.read_bytes()
    halves = split(published, tensors)
    (options.folder / PROSODY).write_bytes(halves.prosody)
    (options.folder / VOCODER).write_bytes(halves.vocoder)
    plain = split(published, tensors, products=False).vocoder
    (options.folder / VOCODER_OF_CONVOLUTIONS).write_bytes(plain)


if __name__ == "__main__":
    main()
