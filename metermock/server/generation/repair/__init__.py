"""Repair: a made reply is changed until the rules of its document hold."""
