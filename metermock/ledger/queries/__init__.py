"""What may be asked of an account's calls: sums, series, groups, peaks, rankings, lists."""
