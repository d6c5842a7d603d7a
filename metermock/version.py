"""The version of metermock; it stands by itself, so that what asks for it imports nothing else."""

from __future__ import annotations

VERSION = "0.1.0"
