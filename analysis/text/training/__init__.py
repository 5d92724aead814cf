"""How the weights of `linear_engine` are made and measured: `python -m analysis.text.training --help`."""
