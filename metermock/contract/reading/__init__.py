"""From a file to a contract: the document, its rules, and what is wrong with either."""
