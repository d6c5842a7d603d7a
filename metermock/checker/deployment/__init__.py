"""How a deployment is reached: what is configured, what is sent, what comes back.

It imports nothing else of the checker.
"""
