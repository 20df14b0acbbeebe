"""The one way out of the house: calls to addresses that people enter, on the public internet and nowhere else."""
