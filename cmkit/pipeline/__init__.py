"""The pipeline: opportunities by stage, weighted forecast, what is stuck."""
