"""Whether the thirteen voices can be told apart: each spoken sentence is given to a voice.

    python bench/thirteen_voices.py KOKORO SPEAKERS

Both are directories of weights. CAM++ hears every sentence; it is given to the voice whose other
sentences it is most like (leave one out). Prints a line a voice: how many are its own, which other
voice is nearest, and how alike their means are (1: the same). English first, then Korean.
"""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from outlet import Basket

from dragoman.audio.resample import resampled
from dragoman.audio.wav import SAMPLE_RATE
from dragoman.domain import transcription
from dragoman.domain.engine import EngineSpec
from dragoman.domain.speech import SpeechRequest
from dragoman.engines import kokoro_onnx
from dragoman.engines.kokoro_onnx.voice_cards import facts
from dragoman.engines.speakers.embedding import PieceEmbedder
from dragoman.engines.speakers.networks import Networks

SENTENCES: Mapping[str, Sequence[str]] = {
    "English": (
        "The train to the coast leaves a little after nine in the morning.",
        "She put the old photographs back into the box and closed the lid.",
        "If it rains tomorrow, we will move the table into the kitchen.",
        "My brother repairs bicycles in a small shop behind the station.",
        "Nobody had expected the answer to be that simple.",
        "Please bring a pencil, a ruler and two sheets of paper.",
        "They walked along the river until the street lamps came on.",
        "The soup needs more salt and perhaps half an hour more.",
    ),
    "Korean": (
        "내일 아침에는 비가 오고 바람이 많이 불겠습니다.",
        "어머니는 오래된 사진을 상자에 다시 넣었습니다.",
        "우리는 강을 따라 저녁까지 천천히 걸었습니다.",
        "동생은 역 뒤에 있는 작은 가게에서 자전거를 고칩니다.",
    ),
}


def unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    return vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)


def given(voices: NDArray[np.float32]) -> NDArray[np.int64]:
    """To which voice each sentence is given, shape (voices, sentences); from (…, …, 192)."""
    people, sentences, _ = voices.shape
    sums = voices.sum(axis=1)
    found = np.zeros((people, sentences), np.int64)
    for person in range(people):
        for sentence in range(sentences):
            others = sums.copy()
            others[person] -= voices[person, sentence]
            found[person, sentence] = (unit(others) @ voices[person, sentence]).argmax()
    return found


def main() -> None:
    engine = kokoro_onnx.load(EngineSpec("kokoro-onnx", sys.argv[1]))
    listener = PieceEmbedder(Networks(Path(sys.argv[2]), threads=2))
    names = sorted(fact.name for fact in facts() if fact.name)
    for language, sentences in SENTENCES.items():
        heard: list[NDArray[np.float32]] = []
        for name in names:
            for sentence in sentences:
                basket = Basket()
                engine.run(SpeechRequest(sentence, name, "pcm"), basket)
                spoken = np.frombuffer(bytes(basket.data), "<i2")
                samples = resampled(spoken, SAMPLE_RATE, transcription.SAMPLE_RATE)
                voice = listener.voice(samples.astype(np.int16))
                assert voice is not None
                heard.append(voice)
        voices = np.stack(heard).reshape(len(names), len(sentences), -1)
        found = given(voices)
        means = unit(voices.mean(axis=1))
        likeness = means @ means.T - 2 * np.eye(len(names))
        right = 0
        for person, name in enumerate(names):
            own = int((found[person] == person).sum())
            right += own
            nearest = int(likeness[person].argmax())
            print(
                f"{language} {name:8} {own} of {len(sentences)}  nearest: {names[nearest]} "
                f"{likeness[person, nearest]:.2f}",
                flush=True,
            )
        print(f"{language} all {right} of {found.size}", flush=True)


if __name__ == "__main__":
    main()
