"""Moving here from another server: its answers recorded, replayed, and compared with ours."""
