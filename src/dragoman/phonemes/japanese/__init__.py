"""Japanese, read with the dictionary of the package `haqumei`."""
