"""Hearing on CTranslate2."""
