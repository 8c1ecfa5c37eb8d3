"""Stands in for the package of this name, which is 300 MB: its trunk roads about Thailand, Laos and Cambodia.

© OpenStreetMap contributors, Open Database License 1.0.
"""
