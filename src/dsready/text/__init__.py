"""Words, shingles, token counts and languages, worked out over whole batches."""
