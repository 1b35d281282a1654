"""The rules that Spanish, French, Italian and Portuguese have in common."""
