"""简报: what can an official take to a leader, ready to hand out, and how far is its making?"""
