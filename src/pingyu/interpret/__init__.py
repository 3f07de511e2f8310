"""Spans and relations → data that can be queried."""
