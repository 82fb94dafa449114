"""A sample library: an invented school in the middle of its term, the same for the same seed and day."""

from kiosk.sample.build import DEMO_PIN, SampleRows, build_sample, demo_now
from kiosk.sample.scene import CastMember

__all__ = ["DEMO_PIN", "CastMember", "SampleRows", "build_sample", "demo_now"]
