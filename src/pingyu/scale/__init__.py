"""Many documents → a data set of Parquet files, by many processes or a cluster (docs/scale.md)."""
