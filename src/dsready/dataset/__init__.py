"""What comes in: files, shards, records, examples, batches."""
