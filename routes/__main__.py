"""Run the command line as ``python -m routes``."""

from routes.cli import run

run()
