"""Results as JSON-ready documents, CSV and GeoJSON. Text alone; the caller writes it."""
