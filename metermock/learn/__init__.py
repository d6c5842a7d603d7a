"""Learns rules from replies: witnesses → terms → candidates (templates) → trial → choice → overlay."""
