"""Writes a project for a document: the document, suggested rules, accounts, and handlers to begin with."""
