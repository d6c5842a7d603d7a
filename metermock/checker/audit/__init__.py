"""How much a contract can notice: good replies are changed one thing at a time, and judged."""
