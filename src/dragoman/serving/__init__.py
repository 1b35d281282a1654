"""Composition: the app, settings, engine processes and who may use them when."""
