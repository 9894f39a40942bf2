"""人才地图: where is an indicator high or low, how does each place rank, and how did it move in time?"""
