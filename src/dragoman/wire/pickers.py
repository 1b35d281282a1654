"""What programs that let people pick a model read of it, in the words of the servers they know.

None of these is OpenAI's; its own clients pass over them.
"""

from collections.abc import Sequence
from typing import Self

from pydantic import BaseModel

from dragoman.domain.chat import CHAT
from dragoman.domain.models import ModelCard


class Architecture(BaseModel):
    """As OpenRouter and llama.cpp write it."""

    modality: str
    """`text+image->text`."""
    input_modalities: list[str]
    output_modalities: list[str]


class Meta(BaseModel):
    """As llama.cpp's server writes it."""

    n_ctx: int | None
    n_ctx_train: int | None


class Pickers(BaseModel):
    """Fields of one model; null where nobody says."""

    type: str
    """LM Studio's `llm` and `vlm`; else the kind."""
    capabilities: list[str]
    """LM Studio's, Ollama's and llama.cpp's words together."""
    architecture: Architecture
    meta: Meta
    max_model_len: int | None
    """vLLM's word for the context."""
    context_length: int | None
    """OpenRouter's."""
    context_window: int | None
    """Groq's."""
    loaded_context_length: int | None
    """LM Studio's."""
    max_context_length: int | None
    """LM Studio's, for what the weights know."""

    @classmethod
    def of(cls, card: ModelCard, inputs: Sequence[str], outputs: Sequence[str]) -> Self:
        """Of a model that takes and gives such modalities."""
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
