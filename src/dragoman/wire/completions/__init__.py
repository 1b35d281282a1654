"""The bodies of `/v1/completions`: texts that are continued, as OpenAI writes them."""
