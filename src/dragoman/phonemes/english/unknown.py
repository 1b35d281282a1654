"""Phonemes for words that no dictionary has: g2p_en's small recurrent network, in NumPy.

Source: https://github.com/Kyubyong/g2p (Apache-2.0), trained on the CMU dictionary.
"""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dragoman.phonemes.tables import listed

Array = NDArray[np.float32]

LETTERS = ("<pad>", "<unk>", "</s>", *"abcdefghijklmnopqrstuvwxyz")
START, STOP = 2, 3
SOUNDS = listed(
    "<pad> <unk> <s> </s> AA0 AA1 AA2 AE0 AE1 AE2 AH0 AH1 AH2 AO0 AO1 AO2 AW0 AW1 AW2 AY0 AY1 AY2"
    " B CH D DH EH0 EH1 EH2 ER0 ER1 ER2 EY0 EY1 EY2 F G HH IH0 IH1 IH2 IY0 IY1 IY2 JH K L M N NG"
    " OW0 OW1 OW2 OY0 OY1 OY2 P R S SH T TH UH0 UH1 UH2 UW UW0 UW1 UW2 V W Y Z ZH"
)
LONGEST = 14
"""The most letters of a word: what the network was trained on ends soon after; longer words go in
pieces."""


class Guesser:
    """The network; its arrays are named as in g2p_en's checkpoint."""

    def __init__(self, arrays: Mapping[str, Array]) -> None:
        self._arrays = arrays

    def phones(self, word: str) -> list[str]:
        """The probable phones, in ARPAbet, of a word of the letters a-z, lower case; not empty."""
        count = -(-len(word) // LONGEST)
        size = -(-len(word) // count)
        return [
            sound for at in range(0, len(word), size) for sound in self._piece(word[at : at + size])
        ]

    def _piece(self, letters: str) -> list[str]:
        state: Array = np.zeros(self._arrays["enc_b_hh"].size // 3, np.float32)
        for letter in [*letters, "</s>"]:
            index = LETTERS.index(letter) if letter in LETTERS else 1
            state = self._step("enc", self._arrays["enc_emb"][index], state)
        sound = START
        said: list[str] = []
        while len(said) < 3 * len(letters) + 3:
            state = self._step("dec", self._arrays["dec_emb"][sound], state)
            sound = int(np.argmax(self._arrays["fc_w"] @ state + self._arrays["fc_b"]))
            if sound == STOP:
                break
            said.append(SOUNDS[sound])
        return [sound for sound in said if sound[0] != "<"] or ["AH0"]

    def _step(self, part: str, vector: Array, state: Array) -> Array:
        """One gated recurrent unit (PyTorch's order of gates: reset, update, new)."""
        weights = self._arrays
        from_input = weights[f"{part}_w_ih"] @ vector + weights[f"{part}_b_ih"]
        from_state = weights[f"{part}_w_hh"] @ state + weights[f"{part}_b_hh"]
        size = len(state)
        gates = 1 / (1 + np.exp(-(from_input[: 2 * size] + from_state[: 2 * size])))
        reset, update = gates[:size], gates[size:]
        new = np.tanh(from_input[2 * size :] + reset * from_state[2 * size :])
        return np.asarray((1 - update) * new + update * state, np.float32)


def load(directory: Path) -> Guesser:
    """Read `checkpoint20.npz`."""
    with np.load(directory / "checkpoint20.npz", allow_pickle=False) as arrays:
        return Guesser({name: arrays[name].astype(np.float32) for name in arrays.files})
