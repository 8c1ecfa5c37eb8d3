"""What people and programs read: tables, documents, maps, briefings, exports."""
