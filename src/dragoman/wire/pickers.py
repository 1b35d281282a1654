"""The fields of a model that programs read which let people pick one, in each program's words.

None of these is OpenAI's; its own clients pass over them.
"""

from collections.abc import Sequence
from typing import Self

from pydantic import BaseModel

from dragoman.domain.chat import CHAT
from dragoman.domain.models import ModelCard


class Architecture(BaseModel):
    """The modalities as OpenRouter and llama.cpp write them."""

    modality: str
    """The modalities in one text: `text+image->text`."""
    input_modalities: list[str]
    output_modalities: list[str]


class Meta(BaseModel):
    """The size of a model as llama.cpp's server writes it."""

    n_ctx: int | None
    n_ctx_train: int | None


class Pickers(BaseModel):
    """The fields of one model; null where nobody says."""

    type: str
    """The type in LM Studio's words, `llm` and `vlm`; else the kind."""
    capabilities: list[str]
    """The capabilities in the words of LM Studio, Ollama and llama.cpp together."""
    architecture: Architecture
    meta: Meta
    max_model_len: int | None
    """The context, in vLLM's word."""
    context_length: int | None
    """The context, in OpenRouter's word."""
    context_window: int | None
    """The context, in Groq's word."""
    loaded_context_length: int | None
    """The context, in LM Studio's word."""
    max_context_length: int | None
    """The context that the weights know, in LM Studio's word."""

    @classmethod
    def of(cls, card: ModelCard, inputs: Sequence[str], outputs: Sequence[str]) -> Self:
        """Build the fields of a model with such modalities."""
        context = card.context
        return cls(
            type=_type(card, inputs),
            capabilities=_capabilities(card, inputs),
            architecture=Architecture(
                modality=f"{'+'.join(inputs)}->{'+'.join(outputs)}",
                input_modalities=list(inputs),
                output_modalities=list(outputs),
            ),
            meta=Meta(n_ctx=context, n_ctx_train=card.trained_context),
            max_model_len=context,
            context_length=context,
            context_window=context,
            loaded_context_length=context,
            max_context_length=card.trained_context,
        )


def _type(card: ModelCard, inputs: Sequence[str]) -> str:
    if card.kind != CHAT.name:
        return card.kind
    return "vlm" if "image" in inputs else "llm"


def _capabilities(card: ModelCard, inputs: Sequence[str]) -> list[str]:
    if card.kind != CHAT.name:
        return [card.kind]
    sees = ["vision", "multimodal"] if "image" in inputs else []
    thinks = ["thinking"] if card.options.get("reasoning") or card.options.get("thinks") else []
    return ["completion", "tools", "tool_use", *sees, *thinks]
