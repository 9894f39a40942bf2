"""Speed and size of the app, every figure beside its yardstick of the same run: `make bench`."""
