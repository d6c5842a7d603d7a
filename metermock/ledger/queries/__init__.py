"""What may be asked of an account's calls: sums, series, groups, peaks, rankings, lists.

A query does not go through calls. A window has two edges. The book tells for each line how many calls come
before an edge, and so which slot of the deck comes next there. The prefix sums of the deck at the two slots
differ by the sum over the window. So a query costs the same for ten calls as for ten billion.

usage.py answers for one account at one instant, and keeps each answer (`cache.ANSWERS`). Behind it, tables
that outlive the instant are kept for the next one (`cache.TABLES`): prefix sums by filter and group, maxima
over ranges of slots, sums at edges that were asked for before, rows sorted in blocks.
"""
