"""区域画像: how does one place stand against the province, its prefecture and its peers, on one printable page?"""
