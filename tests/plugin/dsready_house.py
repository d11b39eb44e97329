"""The target `house`: the trainer of a company."""

from dsready.targets import Consequence, Format, Target, TargetRule, where, whole

TARGET = Target(
    id="house",
    name="our own trainer",
    source="trainer/data.py at v12, read (2026-11)",
    formats=(
        Format(
            id="openai-chat",
            when=where.has("messages"),
            structure=(
                TargetRule(
                    id="HSE-01",
                    consequence=Consequence.CRASH,
                    evidence=("RUN",),
                    says="no list of messages, or an empty one",
                    quote="KeyError: 0",
                    outline=where.no_turns(),
                ),
            ),
            rules=(
                TargetRule(
                    id="HSE-02",
                    consequence=Consequence.DROP,
                    evidence=("CODE",),
                    says="a last message that is not the assistant's",
                    outline=where.last_is_not("assistant"),
                ),
            ),
        ),
    ),
    unknown=TargetRule(id="HSE-03", consequence=Consequence.CRASH, evidence=("RUN",), says="no messages"),
    rules=(
        TargetRule(
            id="HSE-04",
            consequence=Consequence.REJECT,
            evidence=("DOC",),
            says="fewer rows than a batch",
            whole=whole.fewer_rows(4),
        ),
    ),
)
