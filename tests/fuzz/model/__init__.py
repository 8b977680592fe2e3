"""The regulation once more, in plain Python and knowing nothing of the product: what it must agree with."""
