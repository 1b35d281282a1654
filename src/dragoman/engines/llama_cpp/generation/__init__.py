"""One request from its plan to its events: admission, rounds, choices, calls, sampling."""
