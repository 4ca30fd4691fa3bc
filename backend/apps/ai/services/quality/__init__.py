"""The rules of the quality check: `codes` says what each finding is, the other modules find. No Django in the rules."""
