"""One module for each row of the table of benchmarks; it registers its row when it is imported."""
