"""Which jobs are due, the run ledger, the lock, and the lines that cron needs."""

from cmkit.schedule.crontab import crontab_lines
from cmkit.schedule.run import JobRun, run_jobs
from cmkit.schedule.when import check_when, is_due, next_due

__all__ = ["JobRun", "check_when", "crontab_lines", "is_due", "next_due", "run_jobs"]
