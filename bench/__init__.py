"""Speed and memory of metermock, as ratios and figures of one run."""
