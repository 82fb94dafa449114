"""How long an example takes says how busy the machine is and nothing about the decoder: no test here is timed."""

from hypothesis import HealthCheck, settings

settings.register_profile("untimed", settings(), deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")
