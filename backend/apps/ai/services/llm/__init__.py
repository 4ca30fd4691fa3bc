"""Neighbours of `services.llm_client`: parts of the language model's door. Nothing here touches the ORM."""
