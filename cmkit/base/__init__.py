"""The ground every room stands on: problems, faults, clock, calendar, periods, money and text."""
