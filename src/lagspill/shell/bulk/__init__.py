"""Large invented worlds for benchmarks, written by COPY: deterministic by seed, valid by every constraint of the database."""
