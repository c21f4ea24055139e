"""The judge: runs notebooks in the kernels of a server, from outside of it, and believes only what it saw."""
