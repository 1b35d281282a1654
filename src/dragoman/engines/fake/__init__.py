"""Engines that answer without a model, for tests, docs and `dragoman serve --demo`."""
