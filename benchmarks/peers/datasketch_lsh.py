"""datasketch: MinHash in batches, and MinHashLSH, as its documentation has it."""

import sys

from datasketch import MinHash, MinHashLSH

from benchmarks.peers._shingles import THRESHOLD, shingles, write

if __name__ == "__main__":
    index = MinHashLSH(threshold=THRESHOLD, num_perm=128)
    flagged = []
    for number, triples in enumerate(shingles(sys.argv[1])):
        sketch = MinHash(num_perm=128)
        sketch.update_batch([triple.encode() for triple in triples])
        if index.query(sketch):
            flagged.append(number)
        index.insert(number, sketch)
    write(sys.argv[2:], flagged)
