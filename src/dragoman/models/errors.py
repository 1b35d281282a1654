"""The errors of weights; every message says what to do about it.

* StoreError
  - CatalogueInvalid       a catalogue file is wrong
  - UnknownModel           no catalogue has that model
  - NotPulled              it is needed now, is not here, and nothing may be fetched
  - DiskFull               there is no room
  - FileRefused            a file could carry code
  - PullFailed             no source had it
  - VerifyFailed           files changed since they were checked
  - SourceFailed           this source did not have it; the next one is tried
    + SourceGone           ... the packager took it away
    + SourceUnreachable    ... the connection was cut, or there is none
    + WrongSum             ... it has other bytes than it should
"""


class StoreError(Exception):
    """The base of all errors of weights; `message` is for the operator."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class CatalogueInvalid(StoreError):
    """A catalogue does not parse or contradicts itself."""


class UnknownModel(StoreError):
    """No catalogue has a model of that name."""


class NotPulled(StoreError):
    """The model is not here and must not be fetched now."""


class DiskFull(StoreError):
    """The disk (or a limit on file sizes) has no room for it."""


class FileRefused(StoreError):
    """The file is of a format that can carry code."""


class PullFailed(StoreError):
    """Every source failed."""


class VerifyFailed(StoreError):
    """Files are not what they were when they were verified."""


class SourceFailed(StoreError):
    """One source failed; another one may have the files."""


class SourceGone(SourceFailed):
    """The source does not have the file (any more)."""


class SourceUnreachable(SourceFailed):
    """The source did not answer, or the connection was cut."""


class WrongSum(SourceFailed):
    """The source has other bytes than the catalogue expects."""
