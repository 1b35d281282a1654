"""The document of OpenAPI 3.1 that describes every endpoint, from the tables of `wire`."""
