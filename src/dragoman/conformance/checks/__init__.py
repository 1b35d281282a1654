"""The checks themselves, a file for each part of the API."""

from collections.abc import Sequence

from dragoman.conformance.check import Check
from dragoman.conformance.checks import (
    answers,
    client,
    completions,
    faults,
    formats,
    models,
    responses,
    sampling,
    speech,
    streams,
    tools,
    transcriptions,
)

CHECKS: Sequence[Check] = (
    *models.CHECKS,
    *answers.CHECKS,
    *sampling.CHECKS,
    *streams.CHECKS,
    *tools.CHECKS,
    *formats.CHECKS,
    *faults.CHECKS,
    *client.CHAT_CHECKS,
    *completions.CHECKS,
    *responses.CHECKS,
    *client.RESPONSES_CHECKS,
    *speech.CHECKS,
    *client.SPEECH_CHECKS,
    *transcriptions.CHECKS,
    *client.TRANSCRIPTION_CHECKS,
    *transcriptions.TRANSLATION_CHECKS,
)
"""All of them, in the order in which they are made and shown."""
