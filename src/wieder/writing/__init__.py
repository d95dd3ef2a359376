"""A value becomes text, a frame becomes bytes: everything that readers and other programs are given."""
