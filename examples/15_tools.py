"""15. A function that the model may call."""

from openai import OpenAI
from openai.types.chat import ChatCompletion, ChatCompletionToolParam

WEATHER: ChatCompletionToolParam = {
    "type": "function",
    "function": {
        "name": "get_current_weather",
        "description": "Get the current weather in a given location",
        "parameters": {
            "type": "object",
            "properties": {
                "location": {
                    "type": "string",
                    "description": "The city and state, e.g. San Francisco, CA",
                },
                "unit": {"type": "string", "enum": ["celsius", "fahrenheit"]},
            },
            "required": ["location"],
        },
    },
}


def main(client: OpenAI) -> ChatCompletion:
    """A completion that calls the function."""
    return client.chat.completions.create(
        model="gpt-3.5-turbo-0613",
        messages=[{"role": "user", "content": "What's the weather like in Boston today?"}],
        tools=[WEATHER],
        tool_choice="auto",
    )


if __name__ == "__main__":
    for call in main(OpenAI()).choices[0].message.tool_calls or []:
        print(call.to_dict())
