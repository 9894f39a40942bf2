"""供需与流动: what is short where, what supply is on its way, who moves where, who stays, and where it all goes by 2027."""
