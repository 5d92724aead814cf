"""The weekly meeting on one shared screen: an agenda made from the findings, one finding a screen."""
