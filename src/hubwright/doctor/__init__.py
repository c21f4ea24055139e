"""What a build needs of its surroundings, looked at one by one: nothing is started, and what is tried is taken back."""
