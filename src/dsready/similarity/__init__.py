"""Similar texts: MinHash finds candidates, arithmetic decides."""
