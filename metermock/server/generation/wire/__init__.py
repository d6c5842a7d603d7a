"""How a reply goes over the wire: its media type, XML, tables, streams, headers."""
