"""OpenAI's tool for files of prompt and completion, from the days before chats."""

from openai.validators import get_validators, read_any_format

from answering import accepted, refused, serve


def file(path, part):
    """Read the file as a table and let each validator look at it; what it would remedy is only advice."""
    frame, remediation = read_any_format(str(path))
    if frame is None:
        return refused(remediation.error_msg or "not read")
    notes = []
    for validator in get_validators():
        remediation = validator(frame)
        if remediation is None:
            continue
        if remediation.error_msg is not None:
            return refused(remediation.error_msg)
        notes += [text for text in (remediation.immediate_msg, remediation.optional_msg) if text]
        if remediation.necessary_fn is not None:
            frame = remediation.necessary_fn(frame)
    return accepted(error=" | ".join(" ".join(note.split()) for note in notes))


serve(file=file)
