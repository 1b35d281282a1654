"""Chinese (Mandarin), read with the dictionaries of the packages `pypinyin` and `rjieba`."""
