"""Dragoman in the tests of other projects: scripted answers, and what was requested."""
