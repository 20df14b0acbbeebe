"""Notices: what a person should know, in the house first, by mail as a digest; never a secret title outside."""
