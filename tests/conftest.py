"""How all tests run: hypothesis without deadlines (speed is measured by benchmarks, never by a test)."""

from hypothesis import settings

settings.register_profile("registry", deadline=None)
settings.load_profile("registry")
