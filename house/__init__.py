"""The house's own rules and tools: what `make` runs besides other people's programs. Nothing here is shipped."""
