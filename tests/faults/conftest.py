"""The small school again, for everything that breaks."""

from __future__ import annotations

from tests.desk.conftest import _school_template, school, school_anywhere, school_location

__all__ = ["_school_template", "school", "school_anywhere", "school_location"]
