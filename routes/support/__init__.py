"""Help with files, places on the globe, processes and numbers: no word of the field in it."""
