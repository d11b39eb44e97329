"""Fireworks' client: what it looks at before the upload of a data set. It judges files, not rows."""

from fireworks.lib.dataset_upload import collect_dataset_shards, count_dataset_examples

from answering import accepted, serve


def file(path, part):
    """Collect the file as the upload would."""
    shards = collect_dataset_shards(path)
    return accepted(error=f"{len(shards)} shard(s), {count_dataset_examples(path)} examples")


serve(file=file)
