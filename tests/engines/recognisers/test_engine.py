from collections.abc import Callable, Generator, Sequence
from importlib.resources import files
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from dragoman.domain.engine import BlockingEngine, EngineSpec, Stopped
from dragoman.domain.errors import EngineUnavailable
from dragoman.domain.picture import Facts, Picture
from dragoman.engines.recognisers import load
from dragoman.engines.recognisers.engine import Memory

OTTER = Path(__file__).parents[3] / "examples" / "data" / "otter.png"


class Basket:
    """`leave`: whoever listened goes away when first asked."""

    def __init__(self, *, leave: bool = False) -> None:
        self.events: list[Facts] = []
        self.stopped = leave

    def emit(self, event: Facts) -> None:
        self.events.append(event)


def picture(image: Image.Image) -> Picture:
    return Picture(*image.size, image.convert("RGB").tobytes(), *image.size)


def page(lines: Sequence[str]) -> Image.Image:
    image = Image.new("RGB", (900, 80 + 60 * len(lines)), "white")
    pen, font = ImageDraw.Draw(image), ImageFont.load_default(28)
    for number, line in enumerate(lines):
        pen.text((50, 40 + 60 * number), line, font=font, fill="black")
    return image


@pytest.fixture(scope="module")
def engine(weights: Callable[[str], Path]) -> Generator[BlockingEngine[Picture, Facts]]:
    loaded = load(EngineSpec("recognisers", str(weights("recognisers"))))
    yield loaded
    loaded.close()


def look(engine: BlockingEngine[Picture, Facts], image: Image.Image) -> Facts:
    basket = Basket()
    engine.run(picture(image), basket)
    (facts,) = basket.events
    return facts


@pytest.mark.model
def test_the_otter_is_an_otter(engine: BlockingEngine[Picture, Facts]) -> None:
    with Image.open(OTTER) as image:
        facts = look(engine, image.convert("RGB"))
    assert facts.subject == "otter"
    assert facts.things == ()  # the detector thinks of a cat and a zebra
    assert facts.text == ()
    assert facts.kind == "colour picture"
    assert "blue" in facts.colours
    assert (facts.width, facts.height) == (1024, 1024)


@pytest.mark.model
def test_a_smaller_otter_is_still_one(engine: BlockingEngine[Picture, Facts]) -> None:
    with Image.open(OTTER) as image:
        facts = look(engine, image.convert("RGB").resize((320, 320)))
    assert facts.subject == "otter"


@pytest.mark.model
@pytest.mark.parametrize("seed", range(3))
def test_nothing_is_recognised_where_nothing_is(
    engine: BlockingEngine[Picture, Facts], seed: int
) -> None:
    plain = Image.new("RGB", (300, 200), ("red", "white", "black")[seed])
    noise = Image.effect_noise((256, 256), 40 + 40 * seed)
    stripes = Image.linear_gradient("L").rotate(90 * seed)
    for image in (plain, noise, stripes):
        facts = look(engine, image)
        assert (facts.subject, facts.things, facts.text) == (None, (), ())


@pytest.mark.model
def test_an_invoice_is_read_row_by_row(engine: BlockingEngine[Picture, Facts]) -> None:
    facts = look(
        engine,
        page(
            [
                "INVOICE No. 2026-1107",
                "Bill to: Hong Gildong, Seoul",
                "Blue widget                    3     $120.00",
                "TOTAL                                   $1,284.50",
                "Due date: 30 November 2026",
            ]
        ),
    )
    assert facts.kind == "mostly text"
    assert facts.subject is None
    assert facts.text[0] == "INVOICE No. 2026-1107"
    total = next(line for line in facts.text if line.startswith("TOTAL"))
    assert total.endswith("$1,284.50")


@pytest.mark.model
@pytest.mark.parametrize("size", [(1, 1), (2, 900), (1500, 3), (37, 41)])
def test_any_size_is_looked_at(
    engine: BlockingEngine[Picture, Facts], size: tuple[int, int]
) -> None:
    facts = look(engine, Image.new("RGB", size, "green"))
    assert (facts.width, facts.height) == size


@pytest.mark.model
def test_a_picture_is_looked_at_once(
    engine: BlockingEngine[Picture, Facts], monkeypatch: pytest.MonkeyPatch
) -> None:
    image = Image.effect_noise((99, 77), 60)
    first = look(engine, image)
    monkeypatch.setattr(engine, "_reader", None)  # looking again would break
    assert look(engine, image) is first
    with pytest.raises(AttributeError):
        look(engine, image.rotate(180))


@pytest.mark.model
def test_nobody_listening_ends_the_look(engine: BlockingEngine[Picture, Facts]) -> None:
    basket = Basket(leave=True)
    with pytest.raises(Stopped):
        engine.run(picture(Image.effect_noise((64, 64), 90)), basket)
    assert basket.events == []


def test_missing_weights_are_named(tmp_path: Path) -> None:
    with pytest.raises(EngineUnavailable, match=r"efficientnet-lite0\.onnx is not in"):
        load(EngineSpec("recognisers", str(tmp_path)))


def test_the_detector_comes_with_the_package() -> None:
    data = files("dragoman.engines.recognisers") / "data"
    assert 7_000_000 < len((data / "nanodet-g-416.onnx").read_bytes()) < 7_600_000


def test_the_memory_forgets_what_was_longest_not_asked_for() -> None:
    memory = Memory(2)
    facts = [Facts(n, n, "picture", None, "probably") for n in range(3)]
    memory.put(b"a", facts[0])
    memory.put(b"b", facts[1])
    assert memory.get(b"a") is facts[0]
    memory.put(b"c", facts[2])
    assert memory.get(b"b") is None
    assert memory.get(b"a") is facts[0]
    assert memory.get(b"c") is facts[2]
