"""Frozen records and the plain values that several rooms share; no behaviour beyond looking at themselves."""
