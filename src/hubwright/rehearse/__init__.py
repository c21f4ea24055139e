"""The rehearsal: a real hub starts each image as a user would, and a judge outside of it says what was seen."""
