"""Bytes → clean text, each character with its place in the decoded source."""
