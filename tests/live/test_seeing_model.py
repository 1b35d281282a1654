"""A model that sees, as an operator adds one: his own catalogue, a model and its projector.

The projector is random, so nothing is said about what is answered; only that pictures go all the
way, from a URL to the tokens that are counted.
"""

import base64
import hashlib
from collections.abc import Callable, Generator
from pathlib import Path

import pytest
from openai import BadRequestError, OpenAI
from openai.types.chat import ChatCompletionContentPartParam

from live_server import serving
from projectors import TOKENS, write_projector

pytestmark = pytest.mark.model

OTTER = Path(__file__).parents[2] / "examples/data/otter.png"
CATALOGUE = """
starter = ["house-eyes", "picture-codec"]

[[model]]
id = "house-eyes"
kind = "chat"
engine = "llama-cpp"
licence = "Apache-2.0"
sees = true
options = {{ mmproj = "mmproj.gguf", context = 1024, n_ctx = 2048 }}
files = [
  {{ name = "{model}", size = {model_size}, sha256 = "{model_sum}" }},
  {{ name = "mmproj.gguf", size = {projector_size}, sha256 = "{projector_sum}" }},
]

[[model.sources]]
type = "file"
path = "."
"""


@pytest.fixture(scope="module")
def seeing(
    weights: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory
) -> Generator[OpenAI]:
    """A client of a server whose only chat model sees."""
    house = tmp_path_factory.mktemp("house")
    (model,) = weights("smollm2-135m-instruct").glob("*.gguf")
    (house / model.name).symlink_to(model)
    projector = write_projector(house / "mmproj.gguf", 576)
    entry = CATALOGUE.format(
        model=model.name,
        model_size=model.stat().st_size,
        model_sum=hashlib.sha256(model.read_bytes()).hexdigest(),
        projector_size=projector.stat().st_size,
        projector_sum=hashlib.sha256(projector.read_bytes()).hexdigest(),
    )
    (house / "house.toml").write_text(entry)
    with (
        serving(
            log=house / "log",
            DRAGOMAN_CATALOGUE=str(house / "house.toml"),
            DRAGOMAN_MODELS=str(house / "store"),
            DRAGOMAN_IMAGE_HOSTS='["127.0.0.1"]',
        ) as server,
        OpenAI(base_url=server.base_url, api_key="anything", max_retries=0, timeout=120) as client,
    ):
        yield client


def picture(url: str) -> ChatCompletionContentPartParam:
    return {"type": "image_url", "image_url": {"url": url, "detail": "low"}}


def test_one_and_two_pictures_are_answered_by_the_model_itself(
    seeing: OpenAI, picture_url: str
) -> None:
    inside = "data:image/png;base64," + base64.b64encode(OTTER.read_bytes()).decode()
    one, two = (
        seeing.chat.completions.create(
            model="gpt-4o",
            messages=[
                {
                    "role": "user",
                    "content": [
                        {"type": "text", "text": "What are in these images?"},
                        *(picture(url) for url in urls),
                    ],
                }
            ],
            max_tokens=8,
            n=2,
        )
        for urls in ([f"{picture_url}/otter.png"], [f"{picture_url}/otter.png", inside])
    )
    assert one.usage
    assert two.usage
    assert len(one.choices) == len(two.choices) == 2
    assert "otter" not in (one.choices[0].message.content or "")
    assert two.usage.prompt_tokens - one.usage.prompt_tokens >= TOKENS
    assert 2 < one.usage.completion_tokens <= 16


def test_pictures_are_streamed_about(seeing: OpenAI, picture_url: str) -> None:
    chunks = list(
        seeing.chat.completions.create(
            model="house-eyes",
            messages=[
                {
                    "role": "user",
                    "content": [
                        picture(f"{picture_url}/otter.png"),
                        {"type": "text", "text": "Describe it."},
                    ],
                }
            ],
            max_tokens=8,
            stream=True,
        )
    )
    assert any(chunk.choices[0].delta.content for chunk in chunks)
    # What a model with a random projector draws may be over at once.
    assert chunks[-1].choices[0].finish_reason in ("length", "stop")


def test_a_picture_that_is_none_is_refused_for_the_model_that_sees_too(seeing: OpenAI) -> None:
    with pytest.raises(BadRequestError) as refused:
        seeing.chat.completions.create(
            model="house-eyes",
            messages=[
                {"role": "user", "content": [picture("data:image/png;base64,iVBORw0KGgoAAAA=")]}
            ],
        )
    assert refused.value.code == "invalid_image_format"
