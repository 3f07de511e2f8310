"""The trainer of pingyu: corpus → dataset → model → evaluation → model folder."""
