"""The CMU Pronouncing Dictionary: American words and names that misaki's dictionaries have not.

Data of Carnegie Mellon University, BSD-2-Clause: https://github.com/cmusphinx/cmudict
"""

from collections.abc import Callable, Mapping
from pathlib import Path

NAME = "cmudict.txt"


def load(directory: Path, is_wanted: Callable[[str], bool]) -> Mapping[str, str]:
    """The first pronunciation of every word that `is_wanted`, in ARPAbet: "B EH1 TH".

    None of any where the file is not there: catalogues of users may list an older set of files.
    """
    path = directory / NAME
    entries: dict[str, str] = {}
    if not path.exists():
        return entries
    for line in path.read_text(encoding="utf-8").splitlines():
        word, _, phones = line.partition("#")[0].strip().partition(" ")
        if phones and is_wanted(word):
            entries[word] = phones
    return entries
