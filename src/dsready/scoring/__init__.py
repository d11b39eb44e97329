"""The scoring tables: one file per version, never edited after its release."""
