"""Targets against actuals: how a figure is taken, how far it has come, what it scores, and where it came from."""
