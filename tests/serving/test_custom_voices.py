"""What callers made is there after a restart; a full or broken disk is told."""

from pathlib import Path

import pytest

from dragoman.domain.custom_voices import Consent, CustomVoice
from dragoman.domain.errors import NotFound, StorageFailed
from dragoman.serving.storage.custom_voices import SqlCustomVoices

ANNA = CustomVoice("voice_1", "Anna", "nova+echo", 1_700_000_000)
AGREED = Consent("cons_1", "Anna", "en-US", 1_700_000_000)


async def test_all_is_there_after_a_restart(tmp_path: Path) -> None:
    recording = tmp_path / "recording"
    recording.write_bytes(b"sound")
    before = SqlCustomVoices.in_directory(tmp_path / "voices")
    await before.keep_voice(ANNA)
    await before.keep_consent(AGREED, str(recording))
    recording.unlink()
    after = SqlCustomVoices.in_directory(tmp_path / "voices")
    assert await after.voice("voice_1") == ANNA
    assert await after.consent("cons_1") == AGREED
    assert (tmp_path / "voices/recordings/cons_1").read_bytes() == b"sound"


async def test_a_recording_that_cannot_be_kept_leaves_no_consent(tmp_path: Path) -> None:
    own = SqlCustomVoices.in_directory(tmp_path / "voices")
    with pytest.raises(StorageFailed):
        await own.keep_consent(AGREED, str(tmp_path / "not there"))
    assert (await own.consents(None, 20)).consents == []


async def test_what_is_not_there_is_not_found(tmp_path: Path) -> None:
    own = SqlCustomVoices.in_directory(tmp_path / "voices")
    for missing in (own.voice, own.consent, own.delete_voice, own.delete_consent):
        with pytest.raises(NotFound):
            await missing("nobody")
    with pytest.raises(NotFound):
        await own.rename_consent("nobody", "x")
    with pytest.raises(NotFound):
        await own.consents("nobody", 20)


async def test_a_place_that_is_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "voices").write_bytes(b"")
    with pytest.raises(StorageFailed, match="voices"):
        await SqlCustomVoices.in_directory(tmp_path / "voices").keep_voice(ANNA)
