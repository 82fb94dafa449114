"""A self-service lending kiosk for school libraries (学校图书馆自助借还机)."""

__version__ = "0.1.0"
