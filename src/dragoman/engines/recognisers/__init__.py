"""Recognisers: what a picture shows, as far as small networks can be sure of it."""

from dragoman.domain.engine import BlockingEngine, EngineSpec
from dragoman.domain.picture import Facts, Picture


def load(spec: EngineSpec) -> BlockingEngine[Picture, Facts]:
    """Load classifier, detector and reader; `spec.directory` holds the classifier's two files.

    Raises:
        EngineUnavailable: one of the files is missing.
    """
    from dragoman.engines.recognisers.engine import Recognisers  # noqa: PLC0415 - heavy

    return Recognisers.load(spec)
