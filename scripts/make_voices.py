"""Make `src/dragoman/engines/kokoro_onnx/voices/*.npy` from the voices that kokoro-js publishes.

    npm pack kokoro-js@1.2.1
    python scripts/make_voices.py kokoro-js-1.2.1.tgz

Each voice is a table of 510 × 256 float32 (row: phoneme symbols in the chunk − 1); float16 halves
it and cannot be heard. The tarball and every result are checked against `voices.toml`.
"""

import argparse
import hashlib
import io
import tarfile
import tomllib
from pathlib import Path

import numpy as np

VOICES = Path(__file__).parents[1] / "src" / "dragoman" / "engines" / "kokoro_onnx" / "voices"


def sha256(data: bytes) -> str:
    """Hexadecimal sum of `data`."""
    return hashlib.sha256(data).hexdigest()


def convert(raw: bytes) -> bytes:
    """The same table as a .npy file of float16, 510 × 256."""
    table = np.frombuffer(raw, "<f4").reshape(510, 256).astype("<f2")
    target = io.BytesIO()
    np.save(target, table, allow_pickle=False)
    return target.getvalue()


def main() -> None:
    """Check the tarball, convert the voices that `voices.toml` names, check the sums."""
    parser = argparse.ArgumentParser(description="Make the voices that come with Dragoman.")
    parser.add_argument("tarball", type=Path, help="kokoro-js-1.2.1.tgz, as `npm pack` fetches it")
    tarball = parser.parse_args().tarball
    facts = tomllib.loads((VOICES / "voices.toml").read_text("utf-8"))
    if sha256(tarball.read_bytes()) != facts["origin"]["sha256"]:
        raise SystemExit(f"{tarball} is not {facts['origin']['package']}: its sha256 differs")
    with tarfile.open(tarball) as archive:
        for voice in (*facts["voices"], *facts["natives"]):
            if "sha256" not in voice:
                continue  # it comes with the model
            member = archive.extractfile(f"package/voices/{voice['kokoro']}.bin")
            if member is None:
                raise SystemExit(f"{voice['kokoro']}.bin is not in {tarball}")
            data = convert(member.read())
            (VOICES / f"{voice['kokoro']}.npy").write_bytes(data)
            verdict = "as recorded" if sha256(data) == voice["sha256"] else "NOT as recorded"
            print(f"{voice['kokoro']}.npy  {sha256(data)}  {verdict}")


if __name__ == "__main__":
    main()
