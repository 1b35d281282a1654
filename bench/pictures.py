"""What the recognisers say of the photographs that installed packages bring: the table of the docs.

    python bench/pictures.py examples/data/otter.png [PICTURE ...]

Packages are looked for where Python finds them; what is not installed is left out. Further pictures
are named on the command line. Needs `dragoman models pull recognisers`.
"""

import argparse
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from dragoman.domain.engine import EngineSpec
from dragoman.domain.picture import Facts, PictureRequest
from dragoman.engines import kinds_by_engine
from dragoman.engines.codecs import load_picture
from dragoman.engines.recognisers import load
from dragoman.models.catalogue import load as load_catalogue
from dragoman.models.store import Store
from dragoman.serving.settings import Settings
from dragoman.skills.pictures.english import describe

PHOTOGRAPHS = {
    "skimage/data": ("chelsea.png", "coffee.png", "motorcycle_left.png", "astronaut.png"),
    "skimage": ("data/camera.png", "data/page.png", "data/rocket.jpg", "data/moon.png"),
    "sklearn/datasets/images": ("china.jpg", "flower.jpg"),
    "matplotlib/mpl-data/sample_data": ("grace_hopper.jpg",),
    "ultralytics/assets": ("bus.jpg", "zidane.jpg"),
    "gradio/test_data": ("lion.jpg", "cheetah1.jpg", "tower.jpg"),
    "imgaug": ("quokka.jpg",),
}


class Only:
    """See `domain.engine.Outlet`: the one event of an engine that gives one."""

    stopped = False

    def __init__(self) -> None:
        self.event: Any = None

    def emit(self, event: object) -> None:
        self.event = event


def installed() -> Iterator[tuple[str, Path]]:
    """Package and picture, for everything that is there."""
    for folder, names in PHOTOGRAPHS.items():
        package, _, inside = folder.partition("/")
        spec = find_spec(package)
        for place in (spec.submodule_search_locations or []) if spec else []:
            for name in names:
                path = Path(place) / inside / name
                if path.is_file():
                    yield package, path


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pictures", nargs="*", type=Path)
    more: list[Path] = parser.parse_args().pictures
    store = Store(Settings().models)
    directory = store.directory(load_catalogue(engines=kinds_by_engine()).find("recognisers"))
    codec = load_picture(EngineSpec("picture-codec", ""))
    eyes = load(EngineSpec("recognisers", str(directory)))
    print("| picture | package | said |\n|---|---|---|")
    for package, path in [*(("", path) for path in more), *installed()]:
        decoded, seen = Only(), Only()
        codec.run(PictureRequest(path.read_bytes()), decoded)
        eyes.run(decoded.event, seen)
        facts: Facts = seen.event
        print(f"| {path.stem} | {package} | {describe(facts)} |", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
