"""Contract tests: requests are sent to a deployment, its replies judged, and findings reported.

The groups import in one direction: `deployment` knows none of the others; `inputs` and `findings` know
`deployment`; `checks` knows these three; `reports` knows `findings`; `audit` and the files here know all.
"""
