"""rensa: RMinHashDeduplicator with LSH, as its README has it."""

import sys

from rensa import RMinHashDeduplicator

from benchmarks.peers._shingles import THRESHOLD, shingles, write

if __name__ == "__main__":
    deduplicator = RMinHashDeduplicator(threshold=THRESHOLD, num_perm=128, use_lsh=True)
    keep = deduplicator.add_pairs((str(number), triples) for number, triples in enumerate(shingles(sys.argv[1])))
    write(sys.argv[2:], [number for number, kept in enumerate(keep) if not kept])
