"""The API: every record type and action over HTTP, drawn from the registries. Tokens and webhooks."""
