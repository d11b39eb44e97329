"""Services that take no files any more: who names one of them is told since when, and where the data can go."""

from dsready.targets.target import Target

BEDROCK_CLAUDE = Target(
    id="bedrock-claude",
    name="Anthropic Claude 3 Haiku on Bedrock",
    source="Bedrock user guide (2026)",
    life="ended",
    note="The base model reached its end of life on 2026-09-10. On Bedrock, bedrock-nova and bedrock-llama take files.",
)
COHERE = Target(
    id="cohere",
    name="Cohere",
    source="cohere-ai/cohere-developer-experience @e814c8a (2026-08)",
    life="ended",
    note="Fine-tuning ended on 2025-09-15. The open models can be trained with trl-sft or axolotl.",
)
DATABRICKS = Target(
    id="databricks",
    name="Databricks Foundation Model Fine-tuning",
    source="databricks-genai 1.1.8; llm-foundry 0.22.0",
    life="ended",
    note="The service ended on 2026-08-14. The trainer that it ran lives on: check for llm-foundry.",
)
ANYSCALE = Target(
    id="anyscale",
    name="Anyscale Endpoints",
    source="Anyscale documentation (2024)",
    life="ended",
    note="The service ended on 2024-08-01. OpenAI-style chat files go to together and fireworks.",
)
