"""The work log: what a person did on a day or in a week, who has not written, and who has not reviewed."""
