"""OpenAI's own example of a predicted output, against real weights."""

import pytest
from openai import OpenAI

pytestmark = pytest.mark.model

CODE = """class User {
  firstName: string = "";
  lastName: string = "";
  username: string = "";

  fullName(): string {
    return `${this.firstName} ${this.lastName}`;
  }

  greeting(hour: number): string {
    return hour < 12 ? "Good morning" : "Good afternoon";
  }
}

export default User;
"""
ASKED = (
    "Replace the username property with an email property. Respond only with the whole code, "
    "and with no markdown formatting."
)


def test_an_edited_file_takes_most_of_its_prediction(client: OpenAI) -> None:
    answer = client.chat.completions.create(
        model="gpt-4o",
        messages=[{"role": "user", "content": ASKED}, {"role": "user", "content": CODE}],
        prediction={"type": "content", "content": CODE},
        temperature=0,
        max_tokens=200,
    )
    said = answer.choices[0].message.content
    assert said is not None
    assert "email: string" in said
    assert "export default User" in said
    assert answer.usage is not None
    details = answer.usage.completion_tokens_details
    assert details is not None
    assert details.accepted_prediction_tokens is not None
    assert details.accepted_prediction_tokens > 50
