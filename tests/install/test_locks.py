"""What is locked is what was tested, whichever Python somebody has."""

import re
from collections import Counter

from pages import ROOT


def test_each_library_has_one_version_on_every_python_and_system():
    text = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    names = Counter(re.findall(r"^([A-Za-z0-9._-]+)==", text, re.MULTILINE))
    assert [name for name, versions in names.items() if versions > 1] == []
