"""What every Python client asks, the shapes of its answers, and how it reports them."""

import json
import os
import sys
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, Field

MODEL = "gpt-4o-mini"
NO_MODEL = "no-such-model"
TEXT_MODEL = "gpt-3.5-turbo-instruct"
TEXT = "The capital of France is"
"""What a model for texts is to go on with."""
GREETING = "Say hello in one short sentence."
STORY = "Jane is 31 years old and likes tea and chess. Who is she?"
WEATHER = "What is the weather in Paris, in celsius?"
FORECAST = "18 degrees and sunny"
"""What the tool answers when it is called."""
RECORDING = Path(os.environ["RECORDING"])


class Person(BaseModel):
    """A person."""

    name: str = Field(description="First name")
    age: int
    likes: list[str]


class GetWeather(BaseModel):
    """The weather of a city."""

    city: str
    unit: Literal["celsius", "fahrenheit"]


def call(name: str, arguments: str | dict[str, Any]) -> dict[str, Any]:
    """A tool call as it is reported; arguments that are still a string must parse."""
    parsed = json.loads(arguments) if isinstance(arguments, str) else arguments
    return {"name": name, "arguments": parsed}


def failure(error: Exception, status: int) -> dict[str, Any]:
    """An error as it is reported."""
    return {"class": f"{type(error).__module__}.{type(error).__name__}", "status": status}


def report(got: dict[str, Any]) -> None:
    """One JSON object on standard output."""
    json.dump(got, sys.stdout)
