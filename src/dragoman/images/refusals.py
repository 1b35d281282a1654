"""What is said to the caller about pictures, in OpenAI's words."""

from dragoman.domain.errors import RequestInvalid

_LONGEST = 300
"""Characters of a URL that are repeated to the caller."""


def unreachable(url: str) -> RequestInvalid:
    """Return the error for any failure on the way; it does not tell what our network looks like."""
    shown = url if len(url) <= _LONGEST else f"{url[:_LONGEST]}…"
    return RequestInvalid(f"Error while downloading {shown}.", code="invalid_image_url")


def malformed() -> RequestInvalid:
    """Return the error for a text that is neither a data URL nor an address."""
    return RequestInvalid(
        "Invalid image_url: expected an http or https URL, or a base64-encoded data URL "
        "(e.g. 'data:image/png;base64,aW1nIGJ5dGVzIGhlcmU=').",
        code="invalid_image_url",
    )


def bad_base64() -> RequestInvalid:
    """Return the error for a data URL whose data cannot be read."""
    return RequestInvalid("Invalid base64 image_url.", code="invalid_base64")


def switched_off() -> RequestInvalid:
    """Return the error for a server whose operator lets it fetch nothing."""
    return RequestInvalid(
        "This server downloads no images: send the image as a base64-encoded data URL.",
        code="invalid_image_url",
    )


def unsupported() -> RequestInvalid:
    """Return the error for bytes that are no picture."""
    return RequestInvalid(
        "You uploaded an unsupported image. Please make sure your image has of one the following "
        "formats: ['png', 'jpeg', 'gif', 'webp'].",
        code="invalid_image_format",
    )


def too_large(most_bytes: int) -> RequestInvalid:
    """Return the error for a picture with more bytes than are taken."""
    return RequestInvalid(
        f"The image is larger than the {most_bytes // 1_000_000} MB that are taken.",
        code="image_too_large",
    )
