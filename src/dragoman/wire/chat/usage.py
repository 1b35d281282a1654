"""Token counts in OpenAI's form."""

from pydantic import BaseModel

from dragoman.domain.chat import Usage


class PromptDetails(BaseModel):
    """The prompt's tokens by where they come from."""

    cached_tokens: int
    audio_tokens: int
    image_tokens: int


class CompletionDetails(BaseModel):
    """The completion's tokens by what they went into."""

    reasoning_tokens: int
    audio_tokens: int
    accepted_prediction_tokens: int
    rejected_prediction_tokens: int


class CompletionUsage(BaseModel):
    """`usage`: the prompt once, the completions of all choices together."""

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int
    prompt_tokens_details: PromptDetails
    completion_tokens_details: CompletionDetails


def usage(counts: Usage) -> CompletionUsage:
    """Build the usage from the engine's counts; what no engine counts yet is 0."""
    completion = counts.completion_tokens + counts.completion_audio_tokens
    return CompletionUsage(
        prompt_tokens=counts.prompt_tokens,
        completion_tokens=completion,
        total_tokens=counts.prompt_tokens + completion,
        prompt_tokens_details=PromptDetails(
            cached_tokens=counts.cached_tokens,
            audio_tokens=counts.prompt_audio_tokens,
            image_tokens=counts.image_tokens,
        ),
        completion_tokens_details=CompletionDetails(
            reasoning_tokens=counts.reasoning_tokens,
            audio_tokens=counts.completion_audio_tokens,
            accepted_prediction_tokens=counts.accepted_prediction_tokens,
            rejected_prediction_tokens=counts.rejected_prediction_tokens,
        ),
    )
