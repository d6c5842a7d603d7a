"""What is asked of a deployment, and what its replies must then show."""
