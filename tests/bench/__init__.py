"""The benchmark: the way of a city's penalties through the registry, against a floor and against peers."""
