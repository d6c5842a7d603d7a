"""What is sent to a deployment, and how its replies are judged and compared."""
