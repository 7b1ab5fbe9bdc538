"""A seeded city: subjects and their penalties, made up, in the layouts that departments deliver."""
