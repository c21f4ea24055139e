"""What people and programs see of the stages' values; one module for each thing that is shown."""
