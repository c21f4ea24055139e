"""What any notebook image must be: checks from outside, on the container that the hub started and on its image.

`files` says which checks apply, `run` makes them in a pytest of its own and says what was seen. `checks` come with
the program and hold for every image; what only one image and its children must be stands in `tests/contract/<image>`
of the repository. `inside` is what the image's own Python is asked to run: nothing is installed or mounted for it.
"""
