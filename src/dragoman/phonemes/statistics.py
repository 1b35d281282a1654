"""The likelihood of a text in some languages: a part of py3langid's model.

The whole model knows 142 languages. Of those that are written in Latin letters and looked at here
the table of its features takes 5 MB, and the automaton that finds them in a text 40 MB.
"""

from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any, Protocol

import numpy as np

UNKNOWN = float(np.finfo(np.float32).min)
"""The likelihood that py3langid gives every language for a text of which it knows nothing
("Paris")."""


class Model(Protocol):
    """The part of py3langid, which is untyped, that is used here."""

    def rank(self, text: str) -> Sequence[tuple[str, float]]:
        """The languages, the likeliest first, each with the logarithm of its likelihood."""
        ...


class Statistics:
    """The statistics, loaded once; a ranking of a short text takes a tenth of a millisecond."""

    def __init__(self, model: Model) -> None:
        self._model = model

    def likelihoods(self, text: str) -> Mapping[str, float]:
        """A map from language (ISO-639-1) to the logarithm of the likelihood of `text` in it."""
        ranked = self._model.rank(text)
        if ranked[0][1] == UNKNOWN:
            return {code: 0.0 for code, _ in ranked}
        return dict(ranked)


def load(languages: Sequence[str]) -> Statistics:
    """Load the model of `languages` alone; it takes half a second."""
    library: Any = import_module("py3langid.langid")
    whole = library.LanguageIdentifier.from_model_file(library.MODEL_FILE)
    columns = [at for at, code in enumerate(whole.nb_classes) if code in languages]
    model: Model = library.LanguageIdentifier(
        whole.nb_ptc[:, columns].copy(),
        whole.nb_pc[columns].copy(),
        [whole.nb_classes[at] for at in columns],
        whole.tk_nextmove,
        whole.tk_output,
        tk_row=whole.tk_row,
    )
    return Statistics(model)
