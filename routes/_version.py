"""The version, where those that stamp it into outputs can read it."""

__version__ = "0.1.0"
