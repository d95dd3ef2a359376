"""Values as text and frames as bytes: every format that people and other programs receive."""
