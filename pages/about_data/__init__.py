"""指标与数据: what does each figure mean, where does it come from, and which data are in it?"""
