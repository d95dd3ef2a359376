"""SQL files: canonical tables -> marts. Each states what goes in, what comes out and its grain."""
