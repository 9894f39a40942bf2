"""评价激励: who stands on which ladder, who certifies, and which institutions each place has built?"""
