"""Foundations: the roots that image families start from, made of signed packages where none can be pulled."""
