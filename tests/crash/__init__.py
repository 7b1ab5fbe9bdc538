"""A registry whose work is killed at any moment: nothing is half there, and what is done again ends as undisturbed."""
