"""What Spanish, French, Italian and Portuguese have in common."""
