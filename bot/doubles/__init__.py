"""Stand-ins for what lies outside this machine, for tests, benchmarks and trials."""
