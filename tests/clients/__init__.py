"""Clients that public generators make from /api/v1/openapi.json, each driving a hazard from report to closed."""
