"""Values as people write them: read where they can mean one thing only, kept as they were written, and told.

A cell that is already written as the specification wants it is never touched.
"""
