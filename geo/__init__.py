"""The ground everything stands on: the places of Zhejiang, their shapes, class breaks and colours, and no figure."""
