"""Where checks run: fold over batches, join, conclude."""
