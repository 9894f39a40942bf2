"""PostgreSQL and two copies behind nginx at scale 1 and 10, each figure beside a yardstick of the same run."""
