"""The search behind a visit plan: which days for which client, and in what order on each day.

``problem`` says what is asked and answered, ``solve`` does it. Pure whole numbers and a random generator of its own: the
same problem, seed and number of iterations give the same plan on every machine and with both engines.
"""
