"""Plain deployments of the five contracts, right or with one fault: what tests and measurements check.

They share no code with the mock, so that a mistake in it cannot hide in them too.
`python deployments/run.py NAME` serves one; `schemathesis_run` lets schemathesis ask one.
"""
