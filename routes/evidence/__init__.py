"""Seizures -> events -> exposure -> posterior."""
