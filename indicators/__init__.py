"""What is measured: the catalogue of indicators, one YAML file each, and the pure measures that give their values."""
