"""How an account's calls fall in time, and what each of them is: the book and the deck.

No call is stored. A book counts an account's calls; a deck holds the templates that they are dealt from:

    when (the book)                              what (the deck)

    account                                      recipe: the dimensions and measures of a world
     └─ streams: one key, person or job each      └─ templates: a value or a number for each of them
         └─ lines: a stream over the book's days      └─ deck: 12 variants of 4,096 templates each
             └─ days: a number of calls each                │
                 └─ minute weights                          │
                     └─ instants ── the n-th call of a line ┴─> call: an instant and a template

A day's number of calls follows from the seed, the stream and the day (stream.py). The weights of the day's
minutes tell how many of these calls come before any second, and in which second the n-th one comes
(weights.py, book.py). Days are cut into segments where an incident begins or ends (incident.py). A segment
deals from one variant of the deck, from a slot of its own on, and begins again after the last slot. So its
calls are a range of slots, and their sums are differences of prefix sums (deck.py). A limit of the day or the
month divides a stream into two: the calls that it lets in, and those beyond it (ration.py).
"""
