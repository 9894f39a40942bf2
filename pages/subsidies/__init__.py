"""补贴资金: how much of the plan is paid, from which fund, for what, where, and at which rhythm?"""
