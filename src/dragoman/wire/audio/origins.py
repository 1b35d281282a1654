"""The header that says which part of an uploaded file was heard."""

from dragoman.domain.transcription import Origin


def header(origin: Origin) -> str:
    """A dictionary of RFC 8941; the usual is left out, but for track and channels."""
    told = [f"track={origin.track}", f"tracks={origin.tracks}", f"channels={origin.channels}"]
    if origin.mix != "mono":
        told.append(f"mix={origin.mix}")
    for name, seconds in (("alone", origin.alone_s), ("pauses", origin.pauses_s)):
        if seconds > 0:
            told.append(f"{name}={seconds:.3f}")
    if origin.unread:
        told.append(f"unread={origin.unread}")
    return ", ".join(told)
