"""A check of schemathesis: a request that fits the document is refused for a listed reason only.

No schema says that a file is sound, that a call was answered, or which names are known. Each such
reason stands here, by the words of the refusal; a 400 with other words is a fault of the document
or of the server.
"""

import re

import schemathesis

REASONS = {
    "what is in a file": (
        r"^Audio file might be corrupted",
        r"^Invalid base64\.",
        r"is not a valid data URL|Expected a valid URL|downloading|could not be read",
    ),
    "what only this server can have made": (
        r"only a compaction that this server made",
        r"^Previous response with id ",
        r"^There is no voice with the id ",
    ),
    "which names are known: voices, languages, the models' own abilities": (
        r"'loc': \('body', 'voice'\)",
        r"^The language '",
        r"not supported with this model",
        r"^Unsupported tool: ",
        r"^Unsupported value: '.+' does not support",
        r"is not compatible with model",
        r"^Invalid grammar: the fake model does not know",
        r"^Invalid '.+': \d+\. Expected a token id below",
    ),
    "what stands elsewhere in the request": (
        r"messages with role 'tool' must be a response to|must be followed by tool messages",
        r"^Tool choice '|Tool choice '.*' not found in",
        r"must be unique",
        r"'compaction_trigger' must be its last item|^No tool output found for ",
        r"^Missing required parameter: 'input', or",  # an empty array
        r"^'best_of' must not be below",
        r"must contain the word 'json'",
        r"must be `verbose_json`",
        r"both say what the answer must look like",
        r"are the same setting",
        r"is only allowed when 'modalities' includes 'audio'",
        r"'x_consensus' parameter is only allowed",
        r"^Invalid 'structured_outputs'\. Expected one of",
        r"'starting_after' parameter is only allowed",
        r"'include' .* only|is not supported here|not with '",
        r"^Invalid '(items|input)\[\d+\]\.id'",
    ),
    "what a JSON schema inside of the request says": (
        r"^Invalid schema for |Expected a JSON schema, but got a string that is no JSON",
    ),
    "how a number is written in a query: with digits alone": (
        r"^Invalid type for '(starting_after|limit)': expected an integer, but got a string",
    ),
}
ALL = re.compile("|".join(f"(?:{words})" for each in REASONS.values() for words in each), re.DOTALL)


@schemathesis.check
def refused_for_a_listed_reason(ctx, response, case):
    """Let no valid request be refused in words that are not in `REASONS`."""
    meta = case.meta
    if meta is None or meta.generation.mode.value != "positive" or response.status_code != 400:
        return
    message = response.json()["error"]["message"]
    assert ALL.search(message), f"A valid request was refused: {message}"
